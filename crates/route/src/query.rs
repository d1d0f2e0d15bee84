//! From a struct that describes query parameters to their names, for the check of requests.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Fields, ItemStruct};

/// The struct, described for the OpenAPI document, with the names of its fields.
pub(crate) fn expand(described: &ItemStruct) -> syn::Result<TokenStream> {
    let Fields::Named(fields) = &described.fields else {
        let wanted = "query parameters have names";
        return Err(syn::Error::new_spanned(&described.ident, wanted));
    };
    let names = fields.named.iter().filter_map(|field| field.ident.as_ref());
    let names = names.map(|name| name.unraw().to_string());
    let name = &described.ident;
    Ok(quote! {
        #[derive(::utoipa::IntoParams)]
        #[into_params(parameter_in = Query)]
        #[allow(dead_code, reason = "its names and descriptions are what it is for")]
        #described

        impl ::roster_http::QueryNames for #name {
            const NAMES: &'static [&'static str] = &[#(#names),*];
        }
    })
}
