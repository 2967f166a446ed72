public import Model

/// The rows that every new instance starts with, as values; a service of the engine inserts them.
///
/// Rows refer to one another by name, because ids exist only after inserting.
public enum BootData {
    /// What a role may do in one area.
    public struct Right: Sendable, Hashable {
        public let area: String
        public let canAddEdit: Bool
        public let canDelete: Bool
        public let canClose: Bool

        public init(_ area: String, canAddEdit: Bool, canDelete: Bool, canClose: Bool) {
            self.area = area
            self.canAddEdit = canAddEdit
            self.canDelete = canDelete
            self.canClose = canClose
        }
    }

    /// A role; its rights name every area once.
    public struct Role: Sendable, Hashable {
        public let name: String
        public let help: String
        public let isDefault: Bool
        public let rights: [Right]
    }

    /// One shade: a family's name and a place in it, 0 the darkest.
    public struct Shade: Sendable, Hashable {
        public let family: String
        public let order: Int

        public init(_ family: String, _ order: Int) {
            self.family = family
            self.order = order
        }
    }

    /// A colour family with its six values from dark to light.
    public struct ColorFamily: Sendable, Hashable {
        public let name: String
        public let values: [String]

        public init(_ name: String, _ values: [String]) {
            self.name = name
            self.values = values
        }
    }

    /// A scope of statuses.
    public struct StatusScope: Sendable, Hashable {
        public let name: String
        public let icon: String
    }

    /// A status of results.
    public struct Status: Sendable, Hashable {
        public let name: String
        public let systemName: String
        public let aliases: String?
        public let color: Shade
        public let isSuccess: Bool
        public let isFailure: Bool
        public let isCompleted: Bool
        public let scopes: [String]
    }

    /// A kind of field and the settings that fields of the kind have.
    public struct FieldType: Sendable, Hashable {
        public let name: String
        public let settings: [String]

        public init(_ name: String, _ settings: [String]) {
            self.name = name
            self.settings = settings
        }
    }

    /// An option of a list field.
    public struct Option: Sendable, Hashable {
        public let name: String
        public let icon: String
        public let color: Shade
        public let isDefault: Bool
    }

    /// A field of cases or results.
    public struct Field: Sendable, Hashable {
        public let displayName: String
        public let systemName: String
        public let type: String
        public let options: [Option]
    }

    /// A template with the system names of its fields in order.
    public struct Template: Sendable, Hashable {
        public let name: String
        public let caseFields: [String]
        public let resultFields: [String]
    }

    /// A state of cases, runs or sessions.
    public struct Workflow: Sendable, Hashable {
        public let name: String
        public let scope: String
        public let type: String
        public let icon: String
        public let color: Shade
        public let isDefault: Bool
    }

    /// A kind of milestone.
    public struct MilestoneType: Sendable, Hashable {
        public let name: String
        public let icon: String
        public let isDefault: Bool
    }

    /// A value of a list that products show under their own names.
    public struct ListValue: Sendable, Hashable {
        /// What a list value stands for in the core.
        public enum Core: Sendable, Hashable {
            case none
            /// The status of that system name.
            case status(String)
            /// The workflow state of cases of that name.
            case workflow(String)
            /// The option of that name of the priority field.
            case priority(String)
        }

        public let list: String
        public let product: String?
        public let name: String
        public let isDefault: Bool
        public let core: Core

        public init(
            _ list: String, _ name: String, product: String? = nil, isDefault: Bool = false, core: Core = .none
        ) {
            self.list = list
            self.product = product
            self.name = name
            self.isDefault = isDefault
            self.core = core
        }
    }

    /// A setting of the instance; the value is a JSON document.
    public struct Setting: Sendable, Hashable {
        public let key: String
        public let value: String
    }

    /// A group that every project has and the role that its members get (PractiTest).
    public struct ProjectGroup: Sendable, Hashable {
        public let name: String
        public let role: String
        /// Where the group differs from its role: the allowed actions by area, as JSON.
        public let permissions: String?

        init(name: String, role: String, permissions: String? = nil) {
            self.name = name
            self.role = role
            self.permissions = permissions
        }
    }

    /// A queue of background work.
    public struct Queue: Sendable, Hashable {
        public let name: String
        public let concurrency: Int
    }

    /// The fields of the one row of registration settings that differ from their defaults.
    public static let registrationSettings: [String: Value] = [:]
}
