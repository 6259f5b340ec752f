// Finds the program of this system among the packages that npm has installed for it.
"use strict";
const path = require("path");

exports.program = () => {
  const file = process.platform === "win32" ? "arm.exe" : "arm";
  const owner = `${require("./package.json").name}-${process.platform}-${process.arch}`;
  try {
    return path.join(path.dirname(require.resolve(`${owner}/package.json`)), "bin", file);
  } catch {
    throw new Error(`there is no program for ${process.platform} on ${process.arch}: the package ${owner} is not installed`);
  }
};
