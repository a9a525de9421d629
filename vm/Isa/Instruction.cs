using System.Buffers.Binary;

namespace NearData.Isa;

/// <summary>
/// One 8-byte instruction slot in little-endian encoding (RFC 9669, 3.1).
/// <code>
///   byte 0   byte 1           bytes 2..3   bytes 4..7
///   opcode   source|dest      offset       immediate
/// </code>
/// A 64-bit immediate load takes two slots; the second holds the high half in its immediate and nothing else. Jump offsets
/// and instruction numbers count slots, as the kernel's do.
/// </summary>
public readonly record struct Instruction(
    Opcode Opcode,
    Register Destination,
    Register Source,
    short Offset,
    int Immediate)
{
    /// <summary>Bytes of one slot.</summary>
    public const int Size = 8;

    /// <summary>Whether this is the first of the two slots of a 64-bit immediate load.</summary>
    public bool IsWide => Opcode == Opcode.WideImmediate;

    /// <summary>What a 64-bit immediate load loads. Only where <see cref="IsWide"/>.</summary>
    public WideImmediateKind WideKind => (WideImmediateKind)Source.Number;

    /// <summary>Whether this ends the program or function.</summary>
    public bool IsExit => Opcode == Opcode.Jump(InstructionClass.Jump, JumpOperation.Exit, fromRegister: false);

    public bool IsCall => Opcode.IsJump && Opcode.JumpOperation == JumpOperation.Call;

    public bool IsUnconditionalJump => Opcode.IsJump && Opcode.JumpOperation == JumpOperation.Always;

    public bool IsConditionalJump => Opcode.IsJump && Opcode.JumpOperation is not (JumpOperation.Always or JumpOperation.Call or JumpOperation.Exit);

    public bool IsAtomic => Opcode.IsMemory && Opcode.Class == InstructionClass.StoreX && Opcode.Mode == MemoryMode.Atomic;

    /// <summary>Whether this is <c>may_goto</c>: a conditional jump that compares no registers.</summary>
    public bool IsMayGoto => Opcode == Opcode.Jump(InstructionClass.Jump, JumpOperation.MayGoto, fromRegister: false);

    /// <summary>The register that holds the address of a load, store or atomic operation's memory.</summary>
    public Register AddressRegister =>
        Opcode.Class == InstructionClass.LoadX || (IsAtomic && Immediate == (int)AtomicOperation.LoadAcquire) ? Source : Destination;

    /// <summary>Slots from the next instruction to the jump's target: the offset, or for <c>gotol</c> the immediate.</summary>
    public int JumpDistance => IsUnconditionalJump && Opcode.Class == InstructionClass.Jump32 ? Immediate : Offset;

    public static Instruction Alu64(AluOperation operation, Register destination, Register source, short offset = 0) =>
        new(Opcode.Arithmetic(InstructionClass.Alu64, operation, fromRegister: true), destination, source, offset, 0);

    public static Instruction Alu64(AluOperation operation, Register destination, int immediate, short offset = 0) =>
        new(Opcode.Arithmetic(InstructionClass.Alu64, operation, fromRegister: false), destination, default, offset, immediate);

    public static Instruction Alu32(AluOperation operation, Register destination, Register source, short offset = 0) =>
        new(Opcode.Arithmetic(InstructionClass.Alu, operation, fromRegister: true), destination, source, offset, 0);

    public static Instruction Alu32(AluOperation operation, Register destination, int immediate, short offset = 0) =>
        new(Opcode.Arithmetic(InstructionClass.Alu, operation, fromRegister: false), destination, default, offset, immediate);

    public static Instruction Load(MemorySize size, Register destination, Register address, short offset) =>
        new(Opcode.Memory(InstructionClass.LoadX, MemoryMode.Memory, size), destination, address, offset, 0);

    public static Instruction Store(MemorySize size, Register address, short offset, Register value) =>
        new(Opcode.Memory(InstructionClass.StoreX, MemoryMode.Memory, size), address, value, offset, 0);

    public static Instruction Store(MemorySize size, Register address, short offset, int immediate) =>
        new(Opcode.Memory(InstructionClass.Store, MemoryMode.Memory, size), address, default, offset, immediate);

    public static Instruction Atomic(AtomicOperation operation, MemorySize size, Register address, short offset, Register value) =>
        new(Opcode.Memory(InstructionClass.StoreX, MemoryMode.Atomic, size), address, value, offset, (int)operation);

    public static Instruction Goto(short distance) =>
        new(Opcode.Jump(InstructionClass.Jump, JumpOperation.Always, fromRegister: false), default, default, distance, 0);

    public static Instruction Jump64(JumpOperation operation, Register left, Register right, short distance) =>
        new(Opcode.Jump(InstructionClass.Jump, operation, fromRegister: true), left, right, distance, 0);

    public static Instruction Jump64(JumpOperation operation, Register left, int right, short distance) =>
        new(Opcode.Jump(InstructionClass.Jump, operation, fromRegister: false), left, default, distance, right);

    public static Instruction CallHelper(int number) =>
        new(Opcode.Jump(InstructionClass.Jump, JumpOperation.Call, fromRegister: false), default, default, 0, number);

    public static Instruction Exit { get; } =
        new(Opcode.Jump(InstructionClass.Jump, JumpOperation.Exit, fromRegister: false), default, default, 0, 0);

    /// <summary>The two slots that load a 64-bit number.</summary>
    public static (Instruction First, Instruction Second) LoadNumber(Register destination, long value) =>
        Wide(destination, WideImmediateKind.Number, (int)value, (int)(value >> 32));

    /// <summary>The two slots that load an address inside a map's first value.</summary>
    public static (Instruction First, Instruction Second) LoadMapValue(Register destination, int map, int offset) =>
        Wide(destination, WideImmediateKind.MapValue, map, offset);

    /// <summary>The two slots that load a map, as helpers take it.</summary>
    public static (Instruction First, Instruction Second) LoadMap(Register destination, int map) =>
        Wide(destination, WideImmediateKind.Map, map, 0);

    /// <summary>The 64 bits that the two slots of a wide load hold together.</summary>
    public static long WideNumber(Instruction first, Instruction second) =>
        (uint)first.Immediate | ((long)second.Immediate << 32);

    /// <summary>Reads one slot from 8 little-endian bytes. Nothing is judged here.</summary>
    public static Instruction Read(ReadOnlySpan<byte> slot) => new(
        new Opcode(slot[0]),
        new Register((byte)(slot[1] & 0x0f)),
        new Register((byte)(slot[1] >> 4)),
        BinaryPrimitives.ReadInt16LittleEndian(slot[2..]),
        BinaryPrimitives.ReadInt32LittleEndian(slot[4..]));

    /// <summary>Writes the slot as 8 little-endian bytes.</summary>
    public void Write(Span<byte> slot)
    {
        slot[0] = Opcode.Value;
        slot[1] = (byte)(Destination.Number | (Source.Number << 4));
        BinaryPrimitives.WriteInt16LittleEndian(slot[2..], Offset);
        BinaryPrimitives.WriteInt32LittleEndian(slot[4..], Immediate);
    }

    private static (Instruction First, Instruction Second) Wide(Register destination, WideImmediateKind kind, int low, int high) => (
        new(Opcode.WideImmediate, destination, new Register((byte)kind), 0, low),
        new(default, default, default, 0, high));
}
