// Puts the program in the place of the launcher, so that no start of it waits for node. On Windows npm has written a
// command that runs node: the launcher stays there. Where the file cannot be replaced it stays too.
"use strict";
const fs = require("fs");
const path = require("path");

const place = path.join(__dirname, "bin", "arm");
if (process.platform !== "win32") {
  const beside = `${place}.new`;
  try {
    const { program } = require("./program.js");
    fs.copyFileSync(program(), beside);
    fs.chmodSync(beside, 0o755);
    fs.renameSync(beside, place);
  } catch (error) {
    fs.rmSync(beside, { force: true });
    console.warn(`arm is started through node: ${error.message}`);
  }
}
