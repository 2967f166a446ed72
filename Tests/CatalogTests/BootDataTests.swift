import Catalog
import Testing

@Suite struct BootDataTests {
    @Test func `every shade exists`() {
        let families = BootData.colorFamilies
        #expect(families.count == 9)
        for family in families {
            #expect(family.values.count == 6, "\(family.name)")
            for value in family.values { #expect(value.utf8.count == 7 && value.hasPrefix("#"), "\(value)") }
        }
        let statuses = BootData.statuses + BootData.furtherStatuses
        let fields = BootData.caseFields + BootData.resultFields
        let shades =
            statuses.map(\.color) + BootData.workflows.map(\.color) + fields.flatMap(\.options).map(\.color)
        for shade in shades {
            #expect(families.contains { $0.name == shade.family } && (0..<6).contains(shade.order), "\(shade)")
        }
    }

    @Test func `every icon is listed once`() {
        let icons = Set(BootData.icons)
        #expect(icons.count == BootData.icons.count)
        let fields = BootData.caseFields + BootData.resultFields
        let used =
            BootData.workflows.map(\.icon) + BootData.milestoneTypes.map(\.icon) + BootData.statusScopes.map(\.icon)
            + fields.flatMap(\.options).map(\.icon)
        for icon in used { #expect(icons.contains(icon), "\(icon)") }
    }

    @Test func `statuses and their scopes fit`() {
        let scopes = Set(BootData.statusScopes.map(\.name))
        let statuses = BootData.statuses + BootData.furtherStatuses
        #expect(Set(statuses.map(\.systemName)).count == statuses.count)
        for status in statuses {
            #expect(scopes.isSuperset(of: status.scopes), "\(status.name)")
            #expect(!(status.isSuccess && status.isFailure), "\(status.name)")
        }
    }

    @Test func `one state of each scope is the default`() {
        for scope in Choices.workflowScope {
            let states = BootData.workflows.filter { $0.scope == scope }
            #expect(states.filter(\.isDefault).count == 1, "\(scope)")
            for state in states { #expect(Choices.workflowType.contains(state.type)) }
        }
    }

    @Test func `every role names every area once`() {
        for role in BootData.roles { #expect(role.rights.map(\.area) == Choices.applicationArea, "\(role.name)") }
        #expect(BootData.roles.map(\.name).prefix(2) == ["user", "admin"])
        #expect(BootData.roles.filter(\.isDefault).count == 1)
        let names = Set(BootData.roles.map(\.name))
        for group in BootData.projectGroups { #expect(names.contains(group.role), "\(group.name)") }
    }

    @Test func `fields have types and the template has fields`() {
        let types = Set(BootData.fieldTypes.map(\.name))
        for field in BootData.caseFields + BootData.resultFields { #expect(types.contains(field.type)) }
        #expect(Set(BootData.template.caseFields) == Set(BootData.caseFields.map(\.systemName)))
        #expect(Set(BootData.template.resultFields) == Set(BootData.resultFields.map(\.systemName)))
    }

    @Test func `list values are of known lists and stand for known values`() {
        let statuses = Set((BootData.statuses + BootData.furtherStatuses).map(\.systemName))
        let states = Set(BootData.workflows.filter { $0.scope == "CASES" }.map(\.name))
        let priorities = Set(BootData.caseFields.flatMap(\.options).map(\.name))
        for value in BootData.listValues {
            #expect(Choices.valueList.contains(value.list), "\(value.list)")
            if let product = value.product { #expect(Choices.product.contains(product)) }
            switch value.core {
            case .none: break
            case .status(let name): #expect(statuses.contains(name), "\(value.name)")
            case .workflow(let name): #expect(states.contains(name), "\(value.name)")
            case .priority(let name): #expect(priorities.contains(name), "\(value.name)")
            }
        }
    }
}
