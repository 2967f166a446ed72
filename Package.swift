// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")

func module(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, exclude: [], resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "assay",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "assay", targets: ["assay"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"]), .brew(["expat"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

        module("Model"),
        module("Catalog", ["Model"]),
        module("Statements", ["Model"]),
        module("Store", ["Model", "Statements"]),
        module(
            "StoreSQLite",
            [
                "Store", "Model", "Statements", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        module("StorePostgres", ["Store", "Model", "Statements", "CLibPQ"]),
        module("Engine", ["Model", "Catalog", "Statements", "Store", "Formats", crypto, cryptoExtras, logging]),
        module("Formats", ["Model", "CExpat", "CZlib"]),
        module("Wire", ["Model", "Engine", httpTypes, crypto, logging]),
        module("DialectTestPlanIt", ["Wire", "Engine", "Model", "Catalog", "Formats", httpTypes]),
        module("DialectTestWorthy", ["Wire", "Engine", "Model", "Catalog", "Formats", httpTypes]),
        module("DialectTestQuality", ["Wire", "Engine", "Model", "Catalog", "Formats", httpTypes]),
        module("DialectTestsigma", ["Wire", "Engine", "Model", "Catalog", "Formats", httpTypes]),
        module("DialectPractiTest", ["Wire", "Engine", "Model", "Catalog", "Formats", httpTypes]),
        module(
            "Connectors", ["Model", "Engine", httpClient, crypto, logging, nioCore, nioHTTP1, nioPosix],
            resources: [.copy("Prompts")]),
        module(
            "WebApp", ["Wire", "Engine", "Model", "Catalog", httpTypes, crypto], resources: [.copy("Assets")]),
        module(
            "Server",
            [
                "Model", "Catalog", "Statements", "Store", "StoreSQLite", "StorePostgres", "Engine", "Formats", "Wire",
                "DialectTestPlanIt", "DialectTestWorthy", "DialectTestQuality", "DialectTestsigma", "DialectPractiTest",
                "Connectors", "WebApp", "CZlib", hummingbirdCore, serviceLifecycle, unixSignals, configuration,
                logging, httpTypes, nioCore, nioPosix, nioHTTPTypes, crypto,
            ]),
        .executableTarget(
            name: "assay",
            dependencies: [
                "Server", "Formats", "Model", "Catalog", "Statements", "Store", "StoreSQLite", "StorePostgres",
                "Engine", "Wire", "DialectTestPlanIt", "CExpat", argumentParser, httpClient, configuration, logging,
                hummingbird, nioCore, nioHTTP1, nioPosix, serviceLifecycle,
            ],
            swiftSettings: strict),

        .target(
            name: "TestKit",
            dependencies: [
                "Model", "Catalog", "Statements", "Store", "StoreSQLite", "StorePostgres", "Engine", "Formats", "Wire",
                "DialectTestPlanIt", httpTypes, logging,
            ],
            path: "Tests/TestKit", swiftSettings: strict),
        tests("Model", ["Model"]),
        tests("Catalog", ["Catalog", "Model"]),
        tests("Store", ["Store", "StoreSQLite", "StorePostgres", "Model", "Statements", "Catalog", "TestKit"]),
        tests("Engine", ["Engine", "Model", "Catalog", "Store", "Statements", "TestKit"]),
        tests("Formats", ["Formats", "Model"], resources: [.copy("Fixtures")]),
        tests(
            "Wire", ["Wire", "Model", "Engine", "Store", "StoreSQLite", "Catalog", "Statements", httpTypes, logging]),
        tests(
            "DialectTestPlanIt", ["DialectTestPlanIt", "TestKit", "Model", "Engine", "Wire", "Catalog", httpTypes],
            resources: [.copy("Scenarios")]),
        tests(
            "DialectTestWorthy", ["DialectTestWorthy", "DialectTestPlanIt", "TestKit", "Model", "Engine", "Wire"],
            resources: [.copy("Scenarios")]),
        tests(
            "DialectTestQuality", ["DialectTestQuality", "DialectTestPlanIt", "TestKit", "Model", "Engine", "Wire"],
            resources: [.copy("Scenarios")]),
        tests(
            "DialectTestsigma", ["DialectTestsigma", "DialectTestPlanIt", "TestKit", "Model", "Engine", "Wire"],
            resources: [.copy("Scenarios")]),
        tests(
            "DialectPractiTest", ["DialectPractiTest", "DialectTestPlanIt", "TestKit", "Model", "Engine", "Wire"],
            resources: [.copy("Scenarios")]),
        tests(
            "Connectors",
            [
                "Connectors", "TestKit", "Model", "Engine", "Store", "Wire", "DialectTestPlanIt", httpTypes, logging,
                nioCore, nioHTTP1, nioPosix,
            ], resources: [.copy("Scenarios")]),
        tests(
            "Server",
            [
                "assay", "Server", "Engine", "Model", "Statements", "Store", "StoreSQLite", "Wire", "TestKit",
                httpTypes,
                logging, nioCore, serviceLifecycle,
            ]),
    ]
)
