"""What each module may import: the arrows of docs/modules.md, as the build and the house rules hold them.

A new arrow is a decision about the design: it is added here, in docs/modules.md and in Package.swift in one change.
"""

# Part of every Swift toolchain. FoundationXML and FoundationNetworking are left out on purpose: XML is read with expat
# (bounded, no external entities), and the network is reached through one gateway.
STANDARD = {
    "Swift", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Glibc", "Musl", "Darwin", "Android",
}

_ENGINE = {"Model", "Catalog", "Statements", "Store"}
_DIALECTS = {
    "DialectTestPlanIt", "DialectTestWorthy", "DialectTestQuality", "DialectTestsigma", "DialectPractiTest",
}
_STORES = {"StoreSQLite", "StorePostgres"}
_SERVER = _ENGINE | _STORES | _DIALECTS | {"Engine", "Formats", "Wire", "WebApp", "Connectors"}

# module: (our modules, third-party modules)
ARROWS = {
    "Model": (set(), set()),
    "Catalog": ({"Model"}, set()),
    "Statements": ({"Model"}, set()),
    "Store": ({"Model", "Statements"}, set()),
    "StoreSQLite": ({"Model", "Statements", "Store"}, {"GRDB", "GRDBSQLite"}),
    "CLibPQ": (set(), set()),
    "StorePostgres": ({"Model", "Statements", "Store"}, {"CLibPQ"}),
    "Engine": (_ENGINE | {"Formats"}, {"Crypto", "CryptoExtras", "Logging"}),
    "CExpat": (set(), set()),
    "CZlib": (set(), set()),
    "Formats": ({"Model"}, {"CExpat", "CZlib"}),
    "Wire": ({"Model", "Engine"}, {"HTTPTypes", "Crypto", "Logging"}),
    "DialectTestPlanIt": ({"Model", "Catalog", "Engine", "Formats", "Wire"}, {"HTTPTypes"}),
    "DialectTestWorthy": ({"Model", "Catalog", "Engine", "Formats", "Wire"}, {"HTTPTypes"}),
    "DialectTestQuality": ({"Model", "Catalog", "Engine", "Formats", "Wire"}, {"HTTPTypes"}),
    "DialectTestsigma": ({"Model", "Catalog", "Engine", "Formats", "Wire"}, {"HTTPTypes"}),
    "DialectPractiTest": ({"Model", "Catalog", "Engine", "Formats", "Wire"}, {"HTTPTypes"}),
    "Connectors": ({"Model", "Engine"}, {"AsyncHTTPClient", "Crypto", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix"}),
    "WebApp": ({"Model", "Catalog", "Engine", "Wire"}, {"HTTPTypes", "Crypto"}),
    "Server": (
        _SERVER,
        {
            "CZlib", "HummingbirdCore", "ServiceLifecycle", "Logging", "HTTPTypes", "NIOCore", "NIOPosix",
            "NIOHTTPTypes", "Crypto", "UnixSignals", "Configuration",
        },
    ),
    "assay": (
        _SERVER - {"WebApp", "Connectors"} - _DIALECTS | {"DialectTestPlanIt", "Server"},
        {
            "ArgumentParser", "AsyncHTTPClient", "CExpat", "Configuration", "Hummingbird", "HTTPTypes", "Logging",
            "NIOCore", "NIOFoundationCompat", "NIOHTTP1", "NIOPosix", "ServiceLifecycle",
        },
    ),
}
