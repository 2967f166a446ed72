import Catalog
public import Model
import Statements

/// What a new database holds before anybody uses it.
extension Engine {
    /// Inserts the boot data into an empty database; in any other only the lists that it lacks.
    public func provision() async throws(DomainError) {
        try await write(as: .system) { work throws(DomainError) in
            try work.lock("provision")
            if try work.value("SELECT COUNT(*) FROM role")?.integer == 0 { try Provisioning(work: work).run() }
            try work.provisionValueLists()
        }
    }
}

/// Inserts the boot data, remembering the ids of what other rows name.
private struct Provisioning {
    let work: Writing

    private typealias Names = [String: Int64]

    func run() throws(DomainError) {
        try roles()
        let colors = try colors()
        let icons = try named("FieldIcon", BootData.icons.map { Draft(["name": .text($0)]) }, BootData.icons)
        try statuses(colors)
        try fields(colors, icons)
        try workflows(colors, icons)
        try milestoneTypes(icons)
        try work.insert("RegistrationSettings", [Draft(BootData.registrationSettings)])
        var settings: [Draft] = []
        for setting in BootData.settings {
            settings.append(Draft(["key": .text(setting.key), "value": .text(setting.value)]))
        }
        try work.insert("AppConfig", settings)
        var queues: [Draft] = []
        for queue in BootData.queues {
            queues.append(Draft(["name": .text(queue.name), "concurrency": .int(queue.concurrency)]))
        }
        try work.insert("JobQueue", queues)
    }

    private func named(_ entity: String, _ drafts: [Draft], _ names: [String]) throws(DomainError) -> Names {
        let ids = try work.insert(entity, drafts)
        return Names(zip(names, ids), uniquingKeysWith: { first, _ in first })
    }

    private func roles() throws(DomainError) {
        for role in BootData.roles {
            let draft = Draft([
                "name": .text(role.name), "description": .text(role.help), "isDefault": .bool(role.isDefault),
                "isSystem": true,
            ])
            let id = try work.insert("Role", [draft])[0]
            var rights: [Draft] = []
            for right in role.rights {
                rights.append(
                    Draft([
                        "roleId": .int(id), "area": .text(right.area), "canAddEdit": .bool(right.canAddEdit),
                        "canDelete": .bool(right.canDelete), "canClose": .bool(right.canClose),
                    ]))
            }
            try work.insert("RolePermission", rights)
        }
    }

    private func colors() throws(DomainError) -> [BootData.Shade: Int64] {
        var result: [BootData.Shade: Int64] = [:]
        for (order, family) in BootData.colorFamilies.enumerated() {
            let row = Draft(["name": .text(family.name), "order": .int(order + 1)])
            let id = try work.insert("ColorFamily", [row])[0]
            var drafts: [Draft] = []
            for (place, value) in family.values.enumerated() {
                drafts.append(Draft(["value": .text(value), "order": .int(place), "colorFamilyId": .int(id)]))
            }
            for (place, color) in try work.insert("Color", drafts).enumerated() {
                result[BootData.Shade(family.name, place)] = color
            }
        }
        return result
    }

    private func statuses(_ colors: [BootData.Shade: Int64]) throws(DomainError) {
        var scopes: [Draft] = []
        for scope in BootData.statusScopes {
            scopes.append(Draft(["name": .text(scope.name), "icon": .text(scope.icon)]))
        }
        let scopeIds = try named("StatusScope", scopes, BootData.statusScopes.map(\.name))
        var order: Int64 = 0
        for status in BootData.statuses + BootData.furtherStatuses {
            order += 1
            let draft = Draft([
                "name": .text(status.name), "systemName": .text(status.systemName), "aliases": .text(status.aliases),
                "order": .int(order), "isEnabled": true, "isSuccess": .bool(status.isSuccess),
                "isFailure": .bool(status.isFailure), "isCompleted": .bool(status.isCompleted), "isSystem": true,
                "colorId": .int(colors[status.color]),
            ])
            let id = try work.insert("Status", [draft])[0]
            var drafts: [Draft] = []
            for scope in status.scopes {
                drafts.append(Draft(["statusId": .int(id), "scopeId": .int(scopeIds[scope])]))
            }
            try work.insert("StatusScopeAssignment", drafts)
        }
    }

    private func fields(_ colors: [BootData.Shade: Int64], _ icons: Names) throws(DomainError) {
        var types: [Draft] = []
        for type in BootData.fieldTypes {
            let options = JSON.array(type.settings.map { .string($0) }).text
            types.append(Draft(["type": .text(type.name), "options": .text(options)]))
        }
        let typeIds = try named("CaseFieldType", types, BootData.fieldTypes.map(\.name))
        let template = Draft(["templateName": .text(BootData.template.name), "isEnabled": true, "isDefault": true])
        let templateId = try work.insert("Template", [template])[0]
        var caseFields: Names = [:]
        for field in BootData.caseFields {
            let id = try work.insert("CaseField", [draft(field, typeIds)])[0]
            caseFields[field.systemName] = id
            for (order, option) in field.options.enumerated() {
                let row = Draft([
                    "name": .text(option.name), "order": .int(order), "isDefault": .bool(option.isDefault),
                    "iconId": .int(icons[option.icon]), "iconColorId": .int(colors[option.color]), "isEnabled": true,
                ])
                let optionId = try work.insert("FieldOption", [row])[0]
                let pair = Draft(["fieldOptionId": .int(optionId), "caseFieldId": .int(id)])
                try work.insert("CaseFieldAssignment", [pair])
            }
        }
        for (order, name) in BootData.template.caseFields.enumerated() {
            let row = Draft([
                "order": .int(order), "caseFieldId": .int(caseFields[name]), "templateId": .int(templateId),
            ])
            try work.insert("TemplateCaseAssignment", [row])
        }
        for (order, field) in BootData.resultFields.enumerated() {
            let id = try work.insert("ResultField", [draft(field, typeIds)])[0]
            let row = Draft(["order": .int(order), "resultFieldId": .int(id), "templateId": .int(templateId)])
            try work.insert("TemplateResultAssignment", [row])
        }
    }

    private func draft(_ field: BootData.Field, _ types: Names) -> Draft {
        Draft([
            "displayName": .text(field.displayName), "systemName": .text(field.systemName), "isEnabled": true,
            "typeId": .int(types[field.type]),
        ])
    }

    private func workflows(_ colors: [BootData.Shade: Int64], _ icons: Names) throws(DomainError) {
        var drafts: [Draft] = []
        for (order, state) in BootData.workflows.enumerated() {
            drafts.append(
                Draft([
                    "name": .text(state.name), "scope": .text(state.scope), "workflowType": .text(state.type),
                    "order": .int(order + 1), "isDefault": .bool(state.isDefault), "isEnabled": true,
                    "iconId": .int(icons[state.icon]), "colorId": .int(colors[state.color]),
                ]))
        }
        try work.insert("Workflow", drafts)
    }

    private func milestoneTypes(_ icons: Names) throws(DomainError) {
        var drafts: [Draft] = []
        for type in BootData.milestoneTypes {
            drafts.append(
                Draft([
                    "name": .text(type.name), "isDefault": .bool(type.isDefault), "iconId": .int(icons[type.icon]),
                ]))
        }
        try work.insert("MilestoneType", drafts)
    }
}
