internal import CMusiCNN

/// A layer of MusiCNN: a kernel as a matrix with a column for each output, and what follows the product: a bias, the
/// rectifier, then a scale and a shift, which stand for a batch normalisation.
final class MusiCNNLayer {
  /// The number of rows of the kernel.
  let inner: Int
  /// The number of columns of the kernel.
  let outputs: Int
  let kernel: AlignedStorage<Float>
  let bias: [Float]
  let scale: [Float]
  let shift: [Float]

  fileprivate init(
    _ shape: (inner: Int, outputs: Int), kernel: UnsafeRawPointer,
    _ finish: (bias: [Float], scale: [Float], shift: [Float])
  ) {
    (inner, outputs) = shape
    self.kernel = AlignedStorage(inner * outputs, filledWith: 0)
    for index in 0..<(inner * outputs) {
      let bits = UInt16(littleEndian: kernel.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
      self.kernel.base[index] = Float(Float16(bitPattern: bits))
    }
    (bias, scale, shift) = finish
  }

  /// What a product's sum becomes.
  func finished(_ sum: Float, _ output: Int) -> Float {
    max(sum + bias[output], 0) * scale[output] + shift[output]
  }
}

/// The trained numbers of MusiCNN, as `Sources/CMusiCNN/make-weights.py` writes them.
struct MusiCNNWeights {
  /// The shapes of the kernels: two that see all frequencies at once, three along time, three that join, and the dense one.
  private static let shapes: [(inner: Int, outputs: Int)] = [
    (7 * 38, 204), (7 * 67, 204), (128, 51), (64, 51), (32, 51), (7 * 561, 64), (7 * 64, 64), (7 * 64, 64),
    (1_506, 200),
  ]

  let inputScale: Float
  let inputShift: Float
  let convolutions: [MusiCNNLayer]
  let pooledScale: [Float]
  let pooledShift: [Float]
  let dense: MusiCNNLayer

  /// The weights that the program carries.
  init() {
    self.init(UnsafeRawBufferPointer(start: musicnn_weights(), count: musicnn_weights_size()))
  }

  /// Weights from the bytes of a file of `make-weights.py`.
  init(_ bytes: UnsafeRawBufferPointer) {
    let shapes = Self.shapes
    let singles = 2 + shapes.dropLast().reduce(0) { $0 + 3 * $1.outputs } + 2 * 1_506 + 3 * 200
    let halves = shapes.reduce(0) { $0 + $1.inner * $1.outputs }
    precondition(bytes.count == 4 * singles + 2 * halves, "the weights of MusiCNN")
    var place = 0
    func numbers(_ count: Int) -> [Float] {
      defer { place += 4 * count }
      return (0..<count).map { index in
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 4 * index, as: UInt32.self)))
      }
    }
    (inputScale, inputShift) = (numbers(1)[0], numbers(1)[0])
    var finishes: [(bias: [Float], scale: [Float], shift: [Float])] = []
    for shape in shapes.dropLast() {
      finishes.append((numbers(shape.outputs), numbers(shape.outputs), numbers(shape.outputs)))
    }
    (pooledScale, pooledShift) = (numbers(1_506), numbers(1_506))
    finishes.append((numbers(200), numbers(200), numbers(200)))
    var layers: [MusiCNNLayer] = []
    for (shape, finish) in zip(shapes, finishes) {
      layers.append(MusiCNNLayer(shape, kernel: UnsafeRawPointer(bytes.baseAddress! + place), finish))
      place += 2 * shape.inner * shape.outputs
    }
    convolutions = Array(layers.dropLast())
    dense = layers[8]
  }
}
