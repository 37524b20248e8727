// swift-tools-version: 6.2
// The package: one executable, four modules with one-way imports, SQLite as the only outside part.
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
  // Records are generic and live in a module of their own: this compiles them for the types they are
  // used with. There is one thread, so references are counted without locks. Tests look for two
  // accesses to one variable at the same time; to look for them at every request costs a sixth of it.
  .unsafeFlags(
    [
      "-cross-module-optimization", "-Xfrontend", "-assume-single-threaded",
      "-enforce-exclusivity=unchecked",
    ], .when(configuration: .release)),
]

func module(_ name: String, on dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(
  _ name: String, on dependencies: [Target.Dependency], leavingOut excluded: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], exclude: excluded,
    swiftSettings: settings)
}

let package = Package(
  name: "orderline",
  products: [.executable(name: "orderline", targets: ["orderline"])],
  targets: [
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CLinux"),
    module("ShopRules"),
    module("JSONRPC", on: ["CLinux"]),
    module("ShopStore", on: ["CSQLite", "ShopRules"]),
    module("ShopService", on: ["JSONRPC", "ShopRules", "ShopStore"]),
    .executableTarget(
      name: "orderline", dependencies: ["CLinux", "JSONRPC", "ShopService"], swiftSettings: settings
    ),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    tests("ShopRulesTests", on: ["ShopRules"]),
    tests("JSONRPCTests", on: ["JSONRPC"]),
    tests("ShopStoreTests", on: ["CSQLite", "ShopRules", "ShopStore"]),
    tests("ShopServiceTests", on: ["JSONRPC", "ShopRules", "ShopService", "ShopStore"]),
    tests(
      "OrderlineTests", on: ["JSONRPC", "ShopRules", "ShopService", "ShopStore", "orderline"],
      leavingOut: ["play.py"]),
  ]
)
