//! Accessibility: axe-core put into the page, its findings as sentences.

use std::fs;

use serde_json::Value;

use super::Browser;
use crate::page;
use crate::surroundings::address;

/// Nodes named with one finding at most.
const NODES_MAX: usize = 5;

impl Browser {
    /// Lists what axe-core finds wrong on the page, one sentence each. Empty is good.
    pub async fn axe(&self) -> Vec<String> {
        let script = fs::read_to_string(address("MINSHENG_TEST_AXE")).expect("axe-core's script can be read");
        self.execute(&script, Vec::new()).await.expect("axe-core loads");
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations), e => done([{id: 'axe', impact: String(e), nodes: []}]));";
        let found = self.execute_async(run, Vec::new()).await.expect("axe-core runs");
        found.as_array().into_iter().flatten().map(sentence).collect()
    }

    /// Fails when axe-core finds anything or the page has to be moved sideways. Where scripts are switched off axe-core
    /// cannot run either, and only the width is looked at.
    pub async fn assert_accessible(&self) {
        let address = self.current_url().await.expect("the page has an address");
        let found = if self.view.script { self.axe().await } else { Vec::new() };
        assert!(found.is_empty(), "{address}:\n{}", found.join("\n"));
        // axe-core tells only of those that something refers to
        let twice = page::twice(&self.source().await.expect("the page has a source"));
        assert!(twice.is_empty(), "{address} has more than one thing of the id {}", twice.join(", "));
        let wide = self.sideways().await;
        assert!(wide.is_empty(), "{address} is wider than the screen: {}", wide.join(", "));
    }
}

fn sentence(finding: &Value) -> String {
    let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let nodes = finding["nodes"].as_array().cloned().unwrap_or_default();
    let shown: Vec<String> = nodes
        .iter()
        .take(NODES_MAX)
        .map(|node| {
            format!(
                "\n    {}\n      {}",
                node["html"].as_str().unwrap_or_default(),
                node["failureSummary"].as_str().unwrap_or_default()
            )
        })
        .collect();
    format!("  {} ({}): {}, {} time(s){}", text("id"), text("impact"), text("help"), nodes.len(), shown.concat())
}
