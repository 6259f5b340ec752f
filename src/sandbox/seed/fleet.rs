//! A fleet of machines as resources: each machine with its disks and its interface, and what their templates are
//! filled in with. The templates themselves are in `templates`.

use serde_json::{Value, json};

use crate::sandbox::hash::{guid, hash};
use crate::sandbox::seed::data::{Fleet, Subscription, image};
use crate::sandbox::templates::{self, Values};
use crate::sandbox::timestamp::Timestamp;

/// 2024-03-04T08:00:00Z: the first machine was made then.
const FIRST: u64 = 1_709_539_200;

const DATA_DISK_SIZE: u64 = 512;

/// A machine of a fleet, or what belongs to one; numbers count from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) fleet: &'static Fleet,
    number: u16,
    kind: MemberKind,
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MemberKind {
    Machine,
    OsDisk,
    DataDisk(u16),
    NetworkInterface,
}

/// Every member of a fleet: the machines, their disks, their interfaces.
pub(super) fn members(fleet: &'static Fleet) -> impl Iterator<Item = Member> {
    let member = move |number, kind| Member {
        fleet,
        number,
        kind,
    };
    let machines = (1..=fleet.count).map(move |number| member(number, MemberKind::Machine));
    let disks = (1..=fleet.count).flat_map(move |number| {
        let data_disks = (1..=fleet.data_disks).map(MemberKind::DataDisk);
        let disks = std::iter::once(MemberKind::OsDisk).chain(data_disks);
        disks.map(move |kind| member(number, kind))
    });
    let interfaces =
        (1..=fleet.count).map(move |number| member(number, MemberKind::NetworkInterface));
    machines.chain(disks).chain(interfaces)
}

impl Member {
    /// The type, such as `Microsoft.Compute/disks`.
    pub(super) fn resource_type(self) -> &'static str {
        match self.kind {
            MemberKind::Machine => "Microsoft.Compute/virtualMachines",
            MemberKind::OsDisk | MemberKind::DataDisk(_) => "Microsoft.Compute/disks",
            MemberKind::NetworkInterface => "Microsoft.Network/networkInterfaces",
        }
    }

    /// The name, such as `vm-sql-01-data-02`.
    pub(super) fn name(self) -> String {
        let machine = self.machine();
        match self.kind {
            MemberKind::Machine => machine,
            MemberKind::OsDisk => format!("{machine}-osdisk"),
            MemberKind::DataDisk(disk) => format!("{machine}-data-{disk:02}"),
            MemberKind::NetworkInterface => format!("{machine}-nic"),
        }
    }

    /// The name of the machine, such as `vm-sql-01`.
    fn machine(self) -> String {
        format!("vm-{}-{:02}", self.fleet.role, self.number)
    }

    /// Adds what the template of this member is filled in with.
    pub(super) fn add_values(self, values: &mut Values, id: &str, subscription: &Subscription) {
        let mut set = |name: &str, value: Value| values.insert(name.to_owned(), value);
        set("vm", self.machine().into());
        set("tags", self.tags(subscription));
        set("timeCreated", self.time_created().into());
        if self.fleet.zones > 0 {
            // A list of one, as ARM shows it.
            let zone = (self.number - 1) % self.fleet.zones + 1;
            set("zones", json!([zone.to_string()]));
        }
        match self.kind {
            MemberKind::Machine => self.add_machine(values, id, subscription),
            MemberKind::OsDisk => self.add_os_disk(values),
            MemberKind::DataDisk(_) => add_disk(values, DATA_DISK_SIZE, "Empty"),
            MemberKind::NetworkInterface => self.add_interface(values, subscription),
        }
    }

    fn add_machine(self, values: &mut Values, id: &str, subscription: &Subscription) {
        let fleet = self.fleet;
        let image = image(fleet.image);
        if let Some(Value::String(profile)) = image.get("profile") {
            values.insert(profile.clone(), templates::fragment(profile, values));
        }
        values.extend(image);
        values.extend(fleet.values.clone());
        let sizes = fleet.sizes.iter().cycle();
        let size = sizes.copied().nth(usize::from(self.number) - 1);
        values.insert("vmSize".to_owned(), size.into());
        if fleet.zones > 0 {
            let principal = guid(&format!("principal {id}"));
            values.insert("principalId".to_owned(), principal.into());
            values.insert("tenantId".to_owned(), subscription.tenant.id.into());
            let identity = templates::fragment("identity", values);
            values.insert("identity".to_owned(), identity);
        }
        let data_disks = (1..=fleet.data_disks).map(|disk| {
            let mut values = values.clone();
            let name = format!("{}-data-{disk:02}", self.machine());
            values.insert("disk".to_owned(), name.into());
            values.insert("lun".to_owned(), (disk - 1).into());
            values.insert("dataDiskSizeGB".to_owned(), DATA_DISK_SIZE.into());
            templates::fragment("dataDisk", &values)
        });
        let data_disks = data_disks.collect();
        values.insert("dataDisks".to_owned(), data_disks);
        let power = if self.number % 7 == 5 {
            "deallocated"
        } else {
            "running"
        };
        let view = templates::instance_view(power);
        values.insert("instanceView".to_owned(), view);
    }

    fn add_os_disk(self, values: &mut Values) {
        let image = image(self.fleet.image);
        let size = image.get("osDiskSizeGB").and_then(Value::as_u64);
        add_disk(values, size.unwrap_or_default(), "FromImage");
        values.insert("hyperVGeneration".to_owned(), "V2".into());
        if let Some(system) = image.get("osType") {
            values.insert("osType".to_owned(), system.clone());
        }
    }

    fn add_interface(self, values: &mut Values, subscription: &Subscription) {
        let fleet = self.fleet;
        let group = format!(
            "/subscriptions/{}/resourceGroups/{}",
            subscription.id, fleet.network_group
        );
        values.insert("networkGroup".to_owned(), group.into());
        values.insert("network".to_owned(), fleet.network.into());
        values.insert("role".to_owned(), fleet.role.into());
        // Azure keeps the first four addresses of each subnet.
        let address = format!("{}.{}", fleet.prefix, self.number + 3);
        values.insert("address".to_owned(), address.into());
    }

    /// When a machine, its disks and its interface were made: spread over about a year.
    fn time_created(self) -> String {
        let offset = hash(self.machine().as_bytes()) % (365 * 86_400);
        Timestamp::from_seconds(FIRST + offset).rfc3339()
    }

    /// The tags that a machine, its disks and its interface share.
    fn tags(self, subscription: &Subscription) -> Value {
        let Self { fleet, number, .. } = self;
        let mut tags = json!({
            "environment": subscription.environment,
            "role": fleet.role,
            "team": fleet.team,
            "costCenter": fleet.cost_center,
        });
        // The last machines of a fleet were made by hand and lack the tag, as such machines do.
        if number <= fleet.count.saturating_sub(fleet.count / 8)
            && let Some(tags) = tags.as_object_mut()
        {
            let window = if number.is_multiple_of(2) {
                "sunday-0200"
            } else {
                "saturday-2200"
            };
            tags.insert("maintenanceWindow".to_owned(), window.into());
        }
        tags
    }
}

fn add_disk(values: &mut Values, gigabytes: u64, create_option: &str) {
    let (operations, megabytes) = if gigabytes > 127 {
        (2_300, 150)
    } else {
        (120, 25)
    };
    let mut set = |name: &str, value: Value| values.insert(name.to_owned(), value);
    set("createOption", create_option.into());
    set("diskSizeGB", gigabytes.into());
    set("diskSizeBytes", (gigabytes << 30).into());
    set("diskIOPSReadWrite", operations.into());
    set("diskMBpsReadWrite", megabytes.into());
}
