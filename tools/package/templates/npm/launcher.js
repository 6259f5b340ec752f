#!/usr/bin/env node
// Stands here until the package is installed; on Windows, and where scripts of packages do not run, it stays.
"use strict";
const { spawnSync } = require("child_process");

let file;
try {
  file = require("../program.js").program();
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exit(127);
}
const ended = spawnSync(file, process.argv.slice(2), { stdio: "inherit" });
if (ended.error) {
  console.error(`error: cannot run ${file}: ${ended.error.message}`);
  process.exit(126);
}
if (ended.signal) process.kill(process.pid, ended.signal);
process.exit(ended.status ?? 1);
