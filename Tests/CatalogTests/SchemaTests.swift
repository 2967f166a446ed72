import Catalog
import Model
import Testing

/// References on tables with very many rows that are not worth an index: each names a row of a short list.
private let unindexed: Set<String> = [
    "CaseFieldValue.fieldId", "JUnitTestResult.statusId", "JUnitTestStep.statusId", "RepositoryCase.creatorId",
    "RepositoryCase.repositoryId", "RepositoryCase.stateId", "RepositoryCase.templateId",
    "RepositoryCaseVersion.projectId", "ResultFieldValue.fieldId", "TestRunCase.statusId",
    "TestRunResult.executedById", "TestRunResult.statusId", "TestRunStepResult.statusId",
]

/// What exists in such numbers, or is purged together with so much, that its children must be found by an index.
private let numerous: Set<String> = [
    "Attachment", "Comment", "Issue", "JUnitTestResult", "JUnitTestSuite", "Milestone", "OutboxEvent", "RepositoryCase",
    "RepositoryCaseVersion", "RepositoryFolder", "Requirement", "Session", "SessionResult", "SharedStepItem", "Step",
    "StoredFile", "TestPlan", "TestRun", "TestRunCase", "TestRunResult", "TestRunStepResult",
]

@Suite struct SchemaTests {
    let schema = Catalog.schema

    /// Whether rows can be found by the field alone; in a unique key a null is folded unless the key spares it.
    private func isIndexed(_ field: String, of entity: EntityType) -> Bool {
        if entity.indexes.contains(where: { $0.first == field }) { return true }
        for unique in entity.uniques where unique.fields.first == field && !unique.live {
            if unique.unless.isEmpty { return entity.field(field)?.isRequired == true }
            if unique.unless == [EntityType.Exemption(field, .null)] { return true }
        }
        return false
    }

    @Test func `names of entities and tables are unique`() {
        #expect(Set(schema.entities.map(\.name)).count == schema.entities.count)
        let tables = schema.entities.map(\.table) + schema.joinTables.map(\.name)
        #expect(Set(tables).count == tables.count)
    }

    @Test func `columns are unique and fit both databases`() {
        for entity in schema.entities {
            let columns = entity.fields.map(\.column)
            #expect(Set(columns).count == columns.count, "\(entity.name)")
            for name in columns + [entity.table] { #expect(name.utf8.count <= 63, "\(entity.name).\(name)") }
        }
    }

    @Test func `fields and relations do not share names`() {
        for entity in schema.entities {
            for relation in entity.relations {
                #expect(entity.field(relation.name) == nil, "\(entity.name).\(relation.name)")
            }
        }
    }

    @Test func `every reference has its to-one relation`() {
        for entity in schema.entities {
            for field in entity.fields where field.target != nil {
                #expect(entity.relation(by: field.name) != nil, "\(entity.name).\(field.name)")
            }
        }
    }

    @Test func `only references that may be null are cleared`() {
        for entity in schema.entities {
            for field in entity.fields where field.onDelete == .clear {
                #expect(field.target != nil && !field.isRequired, "\(entity.name).\(field.name)")
            }
        }
    }

    @Test func `rows behind a to-many relation are found by an index`() {
        var seen: Set<String> = []
        for entity in schema.entities {
            for relation in entity.relations {
                guard case .toMany(let field) = relation.kind else { continue }
                let name = "\(relation.target).\(field)"
                if unindexed.contains(name) {
                    seen.insert(name)
                    continue
                }
                #expect(isIndexed(field, of: schema[relation.target]), "\(name) for \(entity.name).\(relation.name)")
            }
        }
        #expect(seen == unindexed)
    }

    @Test func `purging many rows finds their children by an index`() {
        for entity in schema.entities {
            for field in entity.fields {
                guard let target = field.target, numerous.contains(target) else { continue }
                #expect(isIndexed(field.name, of: entity), "\(entity.name).\(field.name)")
            }
        }
    }

    @Test func `a many-to-many relation is declared on both sides with one table`() {
        for entity in schema.entities {
            for relation in entity.relations {
                guard case .manyToMany(let table, let here, let there) = relation.kind else { continue }
                if relation.target == entity.name { continue }
                let mirrored = schema[relation.target].relations.contains {
                    $0.target == entity.name && $0.kind == .manyToMany(table: table, here: there, there: here)
                }
                #expect(mirrored, "\(entity.name).\(relation.name)")
            }
        }
    }

    @Test func `keys made of fields are unique`() {
        for entity in schema.entities {
            guard case .fields(let names) = entity.key else { continue }
            #expect(entity.uniques.contains { $0.fields == names && $0.unless.isEmpty }, "\(entity.name)")
        }
    }

    @Test func `unique keys name fields, and live ones need soft deletion`() {
        for entity in schema.entities {
            for unique in entity.uniques {
                if unique.live { #expect(entity.isSoftDeleted, "\(entity.name)") }
                for exemption in unique.unless {
                    let field = entity.field(exemption.field)
                    #expect(field != nil, "\(entity.name).\(exemption.field)")
                    #expect(field?.isRequired == (exemption.value != .null), "\(entity.name).\(exemption.field)")
                }
            }
        }
    }

    @Test func `no index is the beginning of another`() {
        for entity in schema.entities {
            for (position, index) in entity.indexes.enumerated() {
                for (other, longer) in entity.indexes.enumerated() where other != position {
                    #expect(!longer.starts(with: index), "\(entity.name) \(index)")
                }
                for unique in entity.uniques where !unique.live && unique.unless.isEmpty {
                    #expect(!unique.fields.starts(with: index), "\(entity.name) \(index)")
                }
            }
        }
    }

    @Test func `ownership leads to something`() {
        for entity in schema.entities {
            switch entity.ownership {
            case .project: #expect(entity.name == "Project")
            case .projectField(let field): #expect(entity.field(field)?.target == "Project", "\(entity.name)")
            case .user(let field): #expect(entity.field(field)?.target == "User", "\(entity.name)")
            case .parent(let names):
                #expect(!names.isEmpty)
                for name in names { #expect(entity.relation(name)?.isToOne == true, "\(entity.name).\(name)") }
            case .shared, .administrators, .engine: break
            }
        }
    }

    @Test func `the owners of an owned row end at a project or another owner in a few steps`() {
        for entity in schema.entities {
            var names: Set<String> = [entity.name]
            for _ in 0..<6 {
                var next: Set<String> = []
                for name in names {
                    guard case .parent(let relations) = schema[name].ownership else { continue }
                    next.formUnion(relations.compactMap { schema[name].relation($0)?.target })
                }
                names = next
            }
            #expect(names.isEmpty, "\(entity.name)")
        }
    }

    @Test func `areas are areas`() {
        for entity in schema.entities {
            guard let area = entity.area else { continue }
            #expect(Choices.applicationArea.contains(area), "\(entity.name)")
        }
    }

    @Test func `defaults are of the field's kind`() {
        for entity in schema.entities {
            for field in entity.fields {
                guard case .value(let value) = field.fallback else { continue }
                let fits =
                    switch field.kind {
                    case .text, .json, .textList, .decimal: value.string != nil
                    case .integer, .bigInteger, .timestamp, .reference: value.integer != nil
                    case .real: value.number != nil
                    case .boolean: value.boolean != nil
                    case .choice(let words): value.string.map(words.contains) ?? false
                    }
                #expect(fits, "\(entity.name).\(field.name)")
            }
        }
    }

    @Test func `a caller stands only in references to users`() {
        for entity in schema.entities {
            for field in entity.fields where field.fallback == .caller {
                #expect(field.target == "User", "\(entity.name).\(field.name)")
            }
        }
    }

    @Test func `secrets stay inside`() {
        let words = ["password", "secret", "credentials", "accesstoken", "refreshtoken", "privatekey"]
        let harmless: Set<String> = [
            "User.passwordChangedAt", "User.mustChangePassword", "RegistrationSettings.minimumPasswordLength",
        ]
        for entity in schema.entities {
            for field in entity.fields where !harmless.contains("\(entity.name).\(field.name)") {
                guard words.contains(where: { field.name.lowercased().contains($0) }) else { continue }
                #expect(field.visibility == .nobody, "\(entity.name).\(field.name)")
            }
        }
    }

    @Test func `every entity says what it is`() {
        for entity in schema.entities { #expect(entity.help.hasSuffix("."), "\(entity.name)") }
    }

    @Test func `one-to-one relations are known`() {
        var found: [String] = []
        for entity in schema.entities {
            for relation in entity.relations where !relation.isToOne && schema.leadsToOneRow(relation) {
                found.append("\(entity.name).\(relation.name)")
            }
        }
        #expect(found == ["User.userPreferences", "SsoProvider.samlConfig", "LlmIntegration.llmProviderConfig"])
    }
}
