//! The Wasm engine, and compiling components with a cache on disk.

use std::path::Path;

use anyhow::{Context as _, Result};
use wasmtime::{
    Cache, CacheConfig, Config, Engine, InstanceAllocationStrategy, OptLevel,
    PoolingAllocationConfig, component::Component,
};

/// Instances of all components that may live at the same time, as in Spin.
const MAX_INSTANCES: u32 = 1000;

/// An engine set up as Spin's: pooled instances where the system has the
/// address space for them, else one by one. Compiled code is kept in the
/// folder `cache`, or nowhere if that can't be written. For `development` it compiles
/// sooner what runs slower.
pub fn engine(cache: &Path, development: bool) -> Result<Engine> {
    let mut config = Config::new();
    if development {
        config.cranelift_opt_level(OptLevel::None);
    }
    config.wasm_component_model(true);
    config.wasm_component_model_async(true);
    config.cache(open_cache(cache));
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    if let Ok(engine) = Engine::new(&config) {
        return Ok(engine);
    }
    config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
    Engine::new(&config)
        .map_err(anyhow::Error::from)
        .context("cannot set up the Wasm engine")
}

fn open_cache(folder: &Path) -> Option<Cache> {
    let mut config = CacheConfig::new();
    // The cache asks for an absolute path.
    config.with_directory(std::path::absolute(folder).ok()?);
    Cache::new(config).ok()
}

fn pool() -> PoolingAllocationConfig {
    const MIB: usize = 1 << 20;
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(MAX_INSTANCES)
        .total_memories(MAX_INSTANCES)
        .total_stacks(MAX_INSTANCES)
        .total_tables(2 * MAX_INSTANCES)
        .total_core_instances(4 * MAX_INSTANCES)
        .table_elements(100_000)
        .max_component_instance_size(10 * MIB)
        .max_core_instance_size(10 * MIB)
        .max_core_instances_per_component(200)
        .max_tables_per_component(64)
        .max_memories_per_component(32)
        .max_tables_per_module(2)
        .max_memories_per_module(2)
        .max_memory_size(4 << 30)
        .linear_memory_keep_resident(2 * MIB)
        .table_keep_resident(MIB / 2);
    pool
}

/// That the component's file is there.
pub fn check(file: &Path) -> Result<()> {
    anyhow::ensure!(
        file.exists(),
        "{} does not exist; build the components first (leave out --no-build)",
        file.display()
    );
    Ok(())
}

/// Compiles the component in the file, or takes it from the cache.
pub fn compile(engine: &Engine, file: &Path) -> Result<Component> {
    check(file)?;
    Component::from_file(engine, file)
        .map_err(anyhow::Error::from)
        .with_context(|| format!("cannot compile {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_says_how_to_get_it() {
        let dir = crate::scratch::dir("engine");
        let engine = engine(&dir.join("compiled"), false).unwrap();
        let error = compile(&engine, &dir.join("gone.wasm")).unwrap_err();
        assert!(error.to_string().contains("--no-build"), "{error:#}");
    }

    #[test]
    fn works_where_no_cache_can_be() {
        let dir = crate::scratch::dir("engine");
        std::fs::write(dir.join("file"), "").unwrap();
        assert!(engine(&dir.join("file/compiled"), true).is_ok());
    }

    #[test]
    fn a_core_module_is_no_component() {
        let dir = crate::scratch::dir("engine");
        let engine = engine(&dir.join("compiled"), false).unwrap();
        std::fs::write(dir.join("m.wasm"), b"\0asm\x01\0\0\0").unwrap();
        let error = compile(&engine, &dir.join("m.wasm")).unwrap_err();
        assert!(format!("{error:#}").contains("m.wasm"), "{error:#}");
    }
}
