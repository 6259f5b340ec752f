//! Resources that are given by a name: `lookup` asks where one lies, `memory` keeps what was found. What is a name, and
//! which list has it: `plan::named`.

pub(crate) mod in_list;
pub(crate) mod lookup;
pub(crate) mod memory;
