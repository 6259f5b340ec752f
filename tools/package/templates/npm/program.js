// Finds the program of this system among the packages that npm has installed for it.
"use strict";
const path = require("path");

exports.program = () => {
  const file = process.platform === "win32" ? "arm.exe" : "arm";
  const about = require("./package.json");
  const owner = `${about.name}-${process.platform}-${process.arch}`;
  let place;
  try {
    place = require.resolve(`${owner}/package.json`);
  } catch {
    const offered = owner in about.optionalDependencies;
    const why = offered ? `the package ${owner} is not installed: npm was told to leave optional ones out` : "none is made";
    throw new Error(`there is no program for ${process.platform} on ${process.arch}: ${why}`);
  }
  // Package managers have left an older one in place.
  const { version } = require(place);
  if (version !== about.version) {
    throw new Error(`${owner} is ${version}, and ${about.name} is ${about.version}: install it again`);
  }
  return path.join(path.dirname(place), "bin", file);
};
