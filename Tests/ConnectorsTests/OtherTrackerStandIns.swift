import Foundation
import Model
import Synchronization

/// GitHub's REST API, as far as issues need it.
final class GitHubStandIn: Sendable {
    static let token = "github-canary-token"
    private let issues = Mutex<[JSON]>([])

    func answer(_ request: StandInRequest) -> StandInAnswer {
        guard request.header("authorization") == "Bearer \(GitHubStandIn.token)" else {
            return .json(401, ["message": "Bad credentials"])
        }
        guard request.header("user-agent") != nil, request.header("x-github-api-version") == "2022-11-28" else {
            return .json(403, ["message": "Request forbidden by administrative rules."])
        }
        let path = request.segments
        let person: JSON = [
            "login": "mia", "id": 7, "name": "Mia", "email": "mia@example.com", "avatar_url": "https://x.test/a",
        ]
        switch (request.method, path) {
        case ("GET", ["user"]): return .ok(person)
        case ("GET", ["repos", "acme", "shop"]): return .ok(["id": 99, "name": "shop", "full_name": "acme/shop"])
        case ("GET", ["user", "repos"]): return .ok([["id": 99, "name": "shop", "full_name": "acme/shop"]])
        case ("GET", ["repos", "acme", "shop", "labels"]): return .ok([["id": 1, "name": "bug"]])
        case ("GET", ["repos", "acme", "shop", "assignees"]): return .ok([person, ["login": "ken", "id": 8]])
        case ("POST", ["repos", "acme", "shop", "issues"]):
            guard let title = request.json["title"]?.string else {
                return .json(422, ["message": "Validation Failed", "errors": [["message": "title is missing"]]])
            }
            return issues.withLock { issues in
                let number = Int64(issues.count + 1)
                let issue: JSON = [
                    "id": .integer(5000 + number), "number": .integer(number), "title": .string(title),
                    "body": request.json["body"] ?? .null, "state": "open", "assignee": person,
                    "html_url": .string("https://github.com/acme/shop/issues/\(number)"),
                    "url": .string("https://api.github.com/repos/acme/shop/issues/\(number)"),
                    "repository_url": "https://api.github.com/repos/acme/shop",
                ]
                issues.append(issue)
                return .json(201, issue)
            }
        case ("GET", _) where path.count == 5 && path[0] == "repos" && path[3] == "issues":
            let found = issues.withLock { issues in issues.first { $0["number"]?.integer == Int64(path[4]) } }
            return found.map { .ok($0) } ?? .missing
        case ("GET", ["search", "issues"]):
            guard request.query["q"]?.contains("repo:acme/shop") == true else {
                return .json(422, ["message": "Validation Failed"])
            }
            let found = issues.withLock { $0 }
            return .ok([
                "total_count": .integer(Int64(found.count)), "incomplete_results": false, "items": .array(found),
            ])
        default: return .missing
        }
    }
}

/// GitLab's REST API v4.
final class GitLabStandIn: Sendable {
    static let token = "gitlab-canary-token"
    private let issues = Mutex<[JSON]>([])

    func answer(_ request: StandInRequest) -> StandInAnswer {
        guard request.header("private-token") == GitLabStandIn.token else {
            return .json(401, ["message": "401 Unauthorized"])
        }
        var path = request.segments
        guard path.starts(with: ["api", "v4"]) else { return .missing }
        path.removeFirst(2)
        let person: JSON = ["id": 7, "username": "mia", "name": "Mia", "avatar_url": "https://x.test/a"]
        let project: JSON = ["id": 3, "name": "Shop", "path_with_namespace": "acme/shop"]
        switch (request.method, path) {
        case ("GET", ["user"]): return .ok(person)
        case ("GET", ["projects"]): return .ok([project])
        case ("GET", ["projects", "acme/shop"]): return .ok(project)
        case ("GET", ["projects", "acme/shop", "labels"]): return .ok([["id": 1, "name": "bug"]])
        case ("GET", ["projects", "acme/shop", "members", "all"]): return .ok([person])
        case ("POST", ["projects", "acme/shop", "issues"]):
            return issues.withLock { issues in
                let number = Int64(issues.count + 1)
                let issue: JSON = [
                    "id": .integer(800 + number), "iid": .integer(number), "title": request.json["title"] ?? .null,
                    "description": request.json["description"] ?? .null, "state": "opened",
                    "issue_type": request.json["issue_type"] ?? "issue", "assignees": [person],
                    "web_url": .string("https://gitlab.com/acme/shop/-/issues/\(number)"),
                    "references": ["full": .string("acme/shop#\(number)")],
                    "_links": ["self": .string("https://gitlab.com/api/v4/projects/3/issues/\(number)")],
                ]
                issues.append(issue)
                return .json(201, issue)
            }
        case ("GET", ["projects", "acme/shop", "issues"]):
            let found = issues.withLock { $0 }
            return .json(200, .array(found), headers: [("X-Total", "42")])
        case ("GET", _) where path.count == 4 && path[1] == "acme/shop" && path[2] == "issues":
            let found = issues.withLock { issues in issues.first { $0["iid"]?.integer == Int64(path[3]) } }
            return found.map { .ok($0) } ?? .json(404, ["message": "404 Not found"])
        default: return .json(404, ["message": "404 Not found"])
        }
    }
}

/// Azure DevOps' REST API for work items.
final class AzureStandIn: Sendable {
    static let token = "azure-canary-token"
    private let items = Mutex<[JSON]>([])

    func answer(_ request: StandInRequest) -> StandInAnswer {
        let pair = Data(":\(AzureStandIn.token)".utf8).base64EncodedString()
        // A bad token gets the page to sign in, not a 401.
        guard request.header("authorization") == "Basic \(pair)" else {
            return .bytes(203, Array("<html>Sign in</html>".utf8), headers: [("Content-Type", "text/html")])
        }
        guard request.query["api-version"] != nil else { return .json(400, ["message": "No api-version was supplied"]) }
        let path = request.segments
        switch (request.method, path) {
        case ("GET", ["acme", "_apis", "projects"]):
            return .ok(["count": 1, "value": [["id": "p-1", "name": "Shop"]]])
        case ("GET", ["acme", "Shop", "_apis", "wit", "workitemtypes"]):
            return .ok([
                "value": [["name": "Bug", "referenceName": "Microsoft.VSTS.WorkItemTypes.Bug"], ["name": "Task"]]
            ])
        case ("GET", ["acme", "Shop", "_apis", "wit", "workitemtypes", "Bug", "fields"]):
            return .ok([
                "value": [
                    ["referenceName": "System.Title", "name": "Title", "alwaysRequired": true],
                    [
                        "referenceName": "Microsoft.VSTS.Common.Priority", "name": "Priority", "alwaysRequired": false,
                        "allowedValues": ["1", "2", "3", "4"],
                    ],
                ]
            ])
        case ("POST", ["acme", "Shop", "_apis", "wit", "workitems", "$Bug"]):
            guard request.header("content-type") == "application/json-patch+json" else {
                return .json(415, ["message": "no"])
            }
            var fields = JSONObject()
            for patch in request.json.array ?? [] {
                guard patch["op"]?.string == "add", let name = patch["path"]?.string?.dropFirst(8) else {
                    return .json(400, ["message": "bad patch"])
                }
                fields[String(name)] = patch["value"]
            }
            fields["System.State"] = "New"
            fields["System.WorkItemType"] = "Bug"
            fields["System.TeamProject"] = "Shop"
            return items.withLock { items in
                let id = Int64(items.count + 41)
                let item: JSON = [
                    "id": .integer(id), "rev": 1, "fields": .object(fields),
                    "url": .string("https://dev.azure.com/acme/_apis/wit/workItems/\(id)"),
                ]
                items.append(item)
                return .ok(item)
            }
        case ("POST", ["acme", "Shop", "_apis", "wit", "wiql"]):
            guard request.json["query"]?.string?.hasPrefix("SELECT [System.Id] FROM WorkItems WHERE") == true else {
                return .json(400, ["message": "bad query"])
            }
            let ids = items.withLock { $0.compactMap { $0["id"] } }
            return .ok(["workItems": .array(ids.map { ["id": $0] })])
        case ("GET", ["acme", "_apis", "wit", "workitems"]):
            let wanted = Set((request.query["ids"] ?? "").split(separator: ",").compactMap { Int64($0) })
            return .ok(["value": .array(items.withLock { $0.filter { wanted.contains($0["id"]?.integer ?? 0) } })])
        case ("GET", _) where path.count == 5 && path[3] == "workitems":
            let found = items.withLock { items in items.first { $0["id"]?.integer == Int64(path[4]) } }
            return found.map { .ok($0) } ?? .json(404, ["message": "TF401232: Work item does not exist"])
        case ("PATCH", _) where path.count == 5 && path[3] == "workitems": return .ok(["id": 41])
        case ("GET", ["acme", "_apis", "projects", "Shop", "teams"]):
            return .ok(["value": [["id": "t-1", "name": "Team"]]])
        case ("GET", ["acme", "_apis", "projects", "Shop", "teams", "t-1", "members"]):
            return .ok([
                "value": [["identity": ["id": "u-1", "displayName": "Mia Tester", "uniqueName": "mia@example.com"]]]
            ])
        default: return .json(404, ["message": "TF400898: not found"])
        }
    }
}
