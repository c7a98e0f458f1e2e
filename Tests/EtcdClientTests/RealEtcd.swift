import EtcdHarness
import Testing

/// All tests that start etcd, one at a time wherever they are run: several etcds and their clients at once leave each
/// other no turn for longer than a lease lives.
@Suite(.enabled(if: EtcdProgram.isTested, Comment(rawValue: EtcdProgram.missing)), .serialized)
enum RealEtcd {}
