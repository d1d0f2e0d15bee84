#![allow(dead_code)]
mod support;
use roster_model::write::*;
use serde_json::{json, Value};
use std::time::Instant;
#[test]
fn perf() {
    let mut store = support::Store::new();
    let members = support::map(json!({"mode":"import"}));
    let n = 20000;
    let schema_store = store.clone();
    let schema = schema_store.schema();
    let texts: Vec<String> = (0..n).map(|i| json!({"email": format!("user{i}@example.org"), "phones": [format!("+49309018{:04}", i % 10000)], "_fname": "Ann", "_lname": "May", "_city": "Bonn", "score": i, "code": format!("c{i}"), "labels":["a","b"]}).to_string()).collect();
    let t = Instant::now();
    let datas: Vec<Value> = texts.iter().map(|t| serde_json::from_str(t).unwrap()).collect();
    println!("json parse {:?}", t.elapsed() / n);
    let t = Instant::now();
    let request = Request::parse(&members, &schema, true).unwrap();
    let items: Vec<Prepared> = datas.iter().map(|d| request.prepare(d, &schema).unwrap()).collect();
    println!("prepare {:?}", t.elapsed() / n);
    let mut next = 0;
    let mut next_id = || { next += 1; roster_model::ProfileId::from_pk(next).unwrap() };
    let mut env = Env { now: support::at(0), actor: "tok", interface: "api", next_id: &mut next_id };
    let mut w = Working::new([], []);
    let t = Instant::now();
    for i in &items { w.apply(&schema, i, &mut env).unwrap(); }
    println!("apply new {:?}", t.elapsed() / n);
    let t = Instant::now();
    let c = w.finish();
    println!("finish {:?}", t.elapsed() / n);
    let ps = c.created.clone();
    let held: Vec<_> = c.keys_new.iter().map(|k| (k.database, k.key.clone(), k.profile)).collect();
    let changed: Vec<Prepared> = datas.iter().map(|d| { let mut d = d.clone(); d["score"] = json!(-1); request.prepare(&d, &schema).unwrap() }).collect();
    let t = Instant::now();
    let mut w = Working::new(ps, held);
    println!("new {:?}", t.elapsed() / n);
    let t = Instant::now();
    for i in &items { w.apply(&schema, i, &mut env).unwrap(); }
    println!("apply same {:?}", t.elapsed() / n);
    let t = Instant::now();
    for i in &changed { w.apply(&schema, i, &mut env).unwrap(); }
    println!("apply changed {:?}", t.elapsed() / n);
    let t = Instant::now();
    w.finish();
    println!("finish {:?}", t.elapsed() / n);
    store.clock = 0;
}
