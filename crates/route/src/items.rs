//! What stands between the parentheses of `#[route(…)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, Ident, LitStr, Token, Type, parenthesized, parse_quote};

/// All that a route says.
pub(crate) struct Items {
    pub(crate) verb: Ident,
    pub(crate) path: LitStr,
    /// A variant of `roster_http::Scope`; none where anybody may ask.
    pub(crate) scope: Option<Ident>,
    /// Whether somebody who signed in may ask, whatever their role is.
    pub(crate) personal: bool,
    pub(crate) id: LitStr,
    pub(crate) once: bool,
    pub(crate) if_match: bool,
    pub(crate) query: Vec<Type>,
    pub(crate) any_query: bool,
    pub(crate) headers: Vec<Type>,
    pub(crate) body: Body,
    pub(crate) max_bytes: Option<Expr>,
    pub(crate) upload: Option<Expr>,
    pub(crate) answer: Answer,
}

/// What is read.
pub(crate) enum Body {
    None,
    Json(Type),
    /// What makes or changes settings: `New` of them, or its `Patch`.
    Settings(Type),
    /// As `utoipa::path` writes it.
    Other(TokenStream),
}

/// What is answered when all goes well.
pub(crate) enum Answer {
    None,
    Json(u16, Type),
    /// As `utoipa::path` writes them.
    Other(TokenStream),
}

impl Parse for Items {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let verb: Ident = input.parse()?;
        input.parse::<Token![,]>()?;
        let path = input.parse()?;
        input.parse::<Token![,]>()?;
        let scope: Ident = input.parse()?;
        input.parse::<Token![,]>()?;
        let name: Ident = input.parse()?;
        if name != "id" {
            let wanted = "the operation's id follows the scope: id = \"listThings\"";
            return Err(syn::Error::new(name.span(), wanted));
        }
        input.parse::<Token![=]>()?;
        let mut items = Items {
            verb,
            path,
            personal: scope == "Person",
            scope: (scope != "Anybody" && scope != "Person").then_some(scope),
            id: input.parse()?,
            once: false,
            if_match: false,
            query: Vec::new(),
            any_query: false,
            headers: Vec::new(),
            body: Body::None,
            max_bytes: None,
            upload: None,
            answer: Answer::None,
        };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            items.take(input)?;
        }
        Ok(items)
    }
}

impl Items {
    /// `limit` and `cursor`.
    fn take_paging(&mut self) {
        self.query.push(parse_quote!(::roster_http::PageQuery));
    }

    /// Takes one item after the first four.
    fn take(&mut self, input: ParseStream) -> syn::Result<()> {
        let name: Ident = input.parse()?;
        match name.to_string().as_str() {
            "paged" => self.take_paging(),
            "once" => self.once = true,
            "if_match" => self.if_match = true,
            "query" => self.query.push(value(input)?),
            "any_query" => self.any_query = true,
            "headers" => self.headers.push(value(input)?),
            "body" => self.body = Body::Json(value(input)?),
            "request_body" => self.body = Body::Other(within(input)?),
            "new" => {
                let settings: Type = value(input)?;
                let body = parse_quote!(::roster_http::openapi::New<#settings>);
                self.body = Body::Settings(body);
            }
            "patch" => {
                let settings: Type = value(input)?;
                let new = quote!(::roster_http::openapi::New<#settings>);
                self.body = Body::Settings(parse_quote!(::roster_http::openapi::Patch<#new>));
            }
            "max_bytes" => self.max_bytes = Some(value(input)?),
            "upload" => self.upload = Some(value(input)?),
            "answer" => self.answer = Answer::Json(200, value(input)?),
            "page" => {
                let item: Type = value(input)?;
                self.take_paging();
                self.answer = Answer::Json(200, parse_quote!(::roster_http::Page<#item>));
            }
            "made" => self.answer = Answer::Json(201, value(input)?),
            "accepted" => self.answer = Answer::Json(202, value(input)?),
            "responses" => self.answer = Answer::Other(within(input)?),
            _ => return Err(syn::Error::new(name.span(), "a route has no such item")),
        }
        Ok(())
    }
}

/// What follows `=`.
fn value<T: Parse>(input: ParseStream) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

/// What is between parentheses.
fn within(input: ParseStream) -> syn::Result<TokenStream> {
    let content;
    parenthesized!(content in input);
    content.parse()
}
