import Glibc
import MusicIndex
import Tracks

/// What a look at the disk found to differ from the index.
enum ScanChange {
  /// A file that the index does not know.
  case new(FilePath, FileStamp, cues: CueHint)
  /// A file that was written since, or has other cue sheets beside it.
  case changed(FileRow, FileStamp, cues: CueHint)
  /// A file that was missing and is there again as it was.
  case restored(FileRow, FileStamp, cues: CueHint)

  /// Writes it to the index.
  ///
  /// - Parameters:
  ///   - root: The number of the music folder.
  ///   - now: The time of the scan in seconds since 1970.
  func write(
    root: Int64, now: Double, observer: ScanObserver, in transaction: IndexTransaction, _ counted: inout ScanResult
  ) throws {
    func add(_ path: FilePath, _ stamp: FileStamp, _ cues: CueHint) throws {
      try Self.addNew(path, stamp, cues: cues, root: root, now: now, observer: observer, in: transaction, &counted)
    }
    switch self {
    case .new(let path, let stamp, let cues): try add(path, stamp, cues)
    case .changed(let file, let stamp, let cues):
      // The file that the index had here may have been found under another name since this page was read.
      guard try transaction.file(at: file.path)?.id == file.id else { return try add(file.path, stamp, cues) }
      try transaction.setCues(file.id, cues)
      if stamp.isUnwritten(since: file.stamp) {
        if file.missingSince != nil { counted.restored += 1 }
        try transaction.setStamp(file.id, stamp)
      } else {
        try transaction.setChanged(file.id, stamp: stamp)
        counted.changed += 1
      }
      try Self.lookAtOtherNames(of: file.stamp, in: transaction, &counted)
      try Self.lookAtOtherNames(of: stamp, in: transaction, &counted)
    case .restored(let file, let stamp, let cues):
      guard try transaction.file(at: file.path)?.id == file.id else { return try add(file.path, stamp, cues) }
      try transaction.setPresent(file.id)
      counted.restored += 1
    }
  }

  /// A path that the index does not know: a file that was renamed, one more name of a known file, or a new file.
  private static func addNew(
    _ path: FilePath, _ stamp: FileStamp, cues: CueHint, root: Int64, now: Double, observer: ScanObserver,
    in transaction: IndexTransaction, _ counted: inout ScanResult
  ) throws {
    // It may have been another music folder's until the configuration changed.
    if let held = try transaction.file(at: path) {
      try transaction.moveFile(held.id, root: root, to: path, stamp: stamp)
      try transaction.setCues(held.id, cues)
      if !stamp.isUnwritten(since: held.stamp) { try transaction.setChanged(held.id, stamp: stamp) }
      counted.moved += 1
      return
    }
    for file in try transaction.files(inode: stamp.inode, device: stamp.device)
    where file.stamp.isSameContents(as: stamp) && file.path != path {
      var status = stat()
      let isThere =
        file.path.withCString { lstat($0, &status) } == 0 && LibraryScan.stamp(status).inode == stamp.inode
        && LibraryScan.stamp(status).device == stamp.device
      if isThere {
        try transaction.insertFile(
          root: root, path: path, stamp: stamp, hasCueFile: cues.hasSheet, sheets: cues.stamp, copying: file.id,
          at: now)
        counted.new += 1
        try lookAtOtherNames(of: stamp, in: transaction, &counted)
      } else {
        try transaction.moveFile(file.id, root: root, to: path, stamp: stamp)
        try transaction.setCues(file.id, cues)
        counted.moved += 1
        // An editor that puts the time of modification back leaves no trace that the move, which is a change of the file
        // as well, does not hide. A write of the last second before the time on record is the one that it tells of.
        let recorded = Double(file.stamp.changed) / 1e9
        if let write = observer.lastWrite(path), write > recorded + 1 {
          try transaction.setChanged(file.id, stamp: stamp)
          counted.changed += 1
        }
      }
      return
    }
    try transaction.insertFile(
      root: root, path: path, stamp: stamp, hasCueFile: cues.hasSheet, sheets: cues.stamp, at: now)
    counted.new += 1
  }

  /// A change of a file under one of its names, or of the number of its names, is told of that name's folder alone: looks
  /// at the others.
  static func lookAtOtherNames(
    of stamp: FileStamp, in transaction: IndexTransaction, _ counted: inout ScanResult
  ) throws {
    for file in try transaction.files(inode: stamp.inode, device: stamp.device) where file.missingSince == nil {
      var status = stat()
      guard file.path.withCString({ lstat($0, &status) }) == 0 else { continue }
      let now = LibraryScan.stamp(status)
      guard now.inode == stamp.inode, now.device == stamp.device, now != file.stamp else { continue }
      try transaction.setChanged(file.id, stamp: now)
      counted.changed += 1
    }
  }
}

extension IndexTransaction {
  fileprivate func setCues(_ file: Int64, _ cues: CueHint) throws {
    try setHasCueFile(file, cues.hasSheet)
    try setSheets(file, cues.stamp)
  }
}
