// The program: which command is meant, and what becomes of it.
import CLinux
import Glibc
import ShopService
import ShopStore

signal(SIGPIPE, SIG_IGN)
// A file that may grow no further is like a disk that is full.
signal(SIGXFSZ, SIG_IGN)
Store.useOneThread()
// What one request gave back the next one takes: not to the system and from it again each time.
mallopt(M_TRIM_THRESHOLD, 8 << 20)
mallopt(M_TOP_PAD, 1 << 20)
exit(run(Array(CommandLine.arguments.dropFirst())))

/// Runs one command line and answers the exit status: 0 done, 1 failed, 2 wrongly used.
private func run(_ words: [String]) -> Int32 {
  do {
    let command = try Command(words)
    return try command.run()
  } catch let error as UsageError {
    complain("\(programName): \(error.message)")
    return 2
  } catch {
    complain("\(programName): \(error)")
    return 1
  }
}
