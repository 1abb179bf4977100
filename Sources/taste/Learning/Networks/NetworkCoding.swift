extension NetworkLayer {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .dense(let units, let decay, let start):
      writer.write(UInt8(1))
      writer.write(UInt32(units))
      writer.write(decay)
      switch start {
      case .glorot: writer.write(UInt8(0))
      case .he: writer.write(UInt8(1))
      case .uniform(let bound):
        writer.write(UInt8(2))
        writer.write(bound)
      }
    case .convolution(let filters, let width):
      writer.write(UInt8(2))
      writer.write(UInt32(filters))
      writer.write(UInt32(width))
    case .pool: writer.write(UInt8(3))
    case .flatten: writer.write(UInt8(4))
    case .relu: writer.write(UInt8(5))
    case .sigmoid: writer.write(UInt8(6))
    case .normalise: writer.write(UInt8(7))
    case .dropout(let share):
      writer.write(UInt8(8))
      writer.write(share)
    }
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    switch try reader.read(UInt8.self) {
    case 1:
      let units = Int(try reader.read(UInt32.self))
      let decay = try reader.readFloat()
      switch try reader.read(UInt8.self) {
      case 0: self = .dense(units, decay: decay, start: .glorot)
      case 1: self = .dense(units, decay: decay, start: .he)
      case 2: self = .dense(units, decay: decay, start: .uniform(try reader.readFloat()))
      default: throw CodingFailure("a stored network starts its weights in an unknown way")
      }
    case 2:
      self = .convolution(filters: Int(try reader.read(UInt32.self)), width: Int(try reader.read(UInt32.self)))
    case 3: self = .pool
    case 4: self = .flatten
    case 5: self = .relu
    case 6: self = .sigmoid
    case 7: self = .normalise
    case 8: self = .dropout(try reader.readFloat())
    default: throw CodingFailure("a stored network has an unknown layer")
    }
  }

  static func encode(_ layers: [NetworkLayer], into writer: inout ByteWriter) {
    writer.write(UInt32(layers.count))
    for layer in layers { layer.encode(into: &writer) }
  }

  static func list(from reader: inout ByteReader) throws(CodingFailure) -> [NetworkLayer] {
    var layers: [NetworkLayer] = []
    for _ in 0..<(try reader.read(UInt32.self)) { layers.append(try NetworkLayer(from: &reader)) }
    return layers
  }
}

extension NetworkLayout {
  func encode(into writer: inout ByteWriter) {
    writer.write(UInt32(columns))
    writer.write(UInt32(branches.count))
    for branch in branches {
      writer.write(UInt32(branch.columns.lowerBound))
      writer.write(UInt32(branch.columns.upperBound))
      writer.write(UInt32(branch.positions))
      NetworkLayer.encode(branch.layers, into: &writer)
    }
    NetworkLayer.encode(trunk, into: &writer)
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    columns = Int(try reader.read(UInt32.self))
    branches = []
    for _ in 0..<(try reader.read(UInt32.self)) {
      let lower = Int(try reader.read(UInt32.self))
      let upper = Int(try reader.read(UInt32.self))
      let positions = Int(try reader.read(UInt32.self))
      guard lower < upper, positions > 0, (upper - lower) % positions == 0 else {
        throw CodingFailure("a stored network's branch has no whole positions")
      }
      let layers = try NetworkLayer.list(from: &reader)
      branches.append(Branch(columns: lower..<upper, positions: positions, layers: layers))
    }
    trunk = try NetworkLayer.list(from: &reader)
  }
}
