//! From a handler and what its route says to the constant that a table names.

use crate::items::{Answer, Body, Items};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{ItemFn, Visibility};

/// `const name: Route`, with the handler inside it.
pub(crate) fn expand(items: &Items, mut handler: ItemFn) -> TokenStream {
    let visibility = std::mem::replace(&mut handler.vis, Visibility::Inherited);
    let name = handler.sig.ident.clone();
    let docs: Vec<_> = handler
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
        .cloned()
        .collect();
    let description = description(items);
    let route = route(items, &name);
    let described = format_ident!("__path_{name}");
    let alias = match &items.body {
        Body::Settings(body) => quote! {
            #[cfg(feature = "openapi")]
            type SettingsBody = #body;
        },
        _ => quote!(),
    };
    quote! {
        #(#docs)*
        #[allow(non_upper_case_globals, reason = "a route is called as its handler")]
        #visibility const #name: ::roster_http::Route = {
            #alias
            #[cfg_attr(feature = "openapi", ::utoipa::path(#description))]
            #handler
            let route = #route;
            #[cfg(feature = "openapi")]
            let route = route.described(::roster_http::openapi::operation::<#described>);
            route
        };
    }
}

/// What `utoipa::path` makes the operation of.
fn description(items: &Items) -> TokenStream {
    let (verb, path, id) = (&items.verb, &items.path, &items.id);
    let said = items.query.iter().chain(&items.headers);
    let mut params: Vec<TokenStream> = said.map(|one| quote!(#one)).collect();
    if items.if_match {
        params.push(quote!(::roster_http::openapi::IfMatchHeader));
    }
    if items.once {
        params.push(quote!(::roster_http::openapi::IdempotencyKey));
    }
    let body = match &items.body {
        Body::None => quote!(),
        Body::Json(body) => quote!(request_body = #body,),
        // An alias that `expand` makes, since utoipa names generic types itself.
        Body::Settings(..) => quote!(request_body = SettingsBody,),
        Body::Other(tokens) => quote!(request_body(#tokens),),
    };
    let answer = match &items.answer {
        Answer::None => quote!(),
        Answer::Json(status, body) => {
            let status = proc_macro2::Literal::u16_unsuffixed(*status);
            quote!(responses((status = #status, body = #body)),)
        }
        Answer::Other(tokens) => quote!(responses(#tokens),),
    };
    quote!(#verb, path = #path, operation_id = #id, params(#(#params),*), #body #answer)
}

/// The route without its description.
fn route(items: &Items, handler: &syn::Ident) -> TokenStream {
    let (verb, path) = (&items.verb, &items.path);
    let made = match &items.scope {
        Some(scope) => {
            quote!(::roster_http::Route::#verb(#path, ::roster_http::Scope::#scope, &#handler))
        }
        None if items.personal => {
            let name = verb.to_string();
            let verb = format_ident!("{}{}", name[..1].to_uppercase(), name[1..]);
            quote!(::roster_http::Route::personal(::roster_http::Verb::#verb, #path, &#handler))
        }
        None => {
            let constructor = match verb.to_string().as_str() {
                "get" => format_ident!("public"),
                verb => format_ident!("public_{verb}"),
            };
            quote!(::roster_http::Route::#constructor(#path, &#handler))
        }
    };
    let limit = items.max_bytes.iter().map(|limit| quote!(.body(#limit)));
    let upload = items.upload.iter().map(|limit| quote!(.upload(#limit)));
    let names = items.query.iter();
    let query = match (items.any_query, items.scope.is_some() && names.len() > 0) {
        (true, _) => quote!(.any_query()),
        (false, false) => quote!(),
        (false, true) => quote!(.query(&[#(<#names as ::roster_http::QueryNames>::NAMES),*])),
    };
    quote!(#made #(#limit)* #(#upload)* #query)
}
