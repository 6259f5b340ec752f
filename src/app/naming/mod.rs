//! Resources that are given by a name: `lookup` asks where one is, `memory` keeps what was found. What is a name, and
//! which list has it: `plan::named`. What answers show is noted by `seen`, and offered by TAB (`offered`).

pub(crate) mod in_list;
pub(crate) mod lookup;
pub(crate) mod memory;
pub(crate) mod offered;
mod sandbox_groups;
pub(crate) mod seen;
