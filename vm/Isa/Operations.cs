namespace NearData.Isa;

/// <summary>The high four bits of an arithmetic opcode (RFC 9669, 4.1).</summary>
public enum AluOperation : byte
{
    Add = 0x00,
    Subtract = 0x10,
    Multiply = 0x20,

    /// <summary>Unsigned with offset 0, signed with offset 1; division by zero gives zero.</summary>
    Divide = 0x30,
    Or = 0x40,
    And = 0x50,
    ShiftLeft = 0x60,
    ShiftRight = 0x70,
    Negate = 0x80,

    /// <summary>Unsigned with offset 0, signed with offset 1; modulo zero leaves the destination.</summary>
    Modulo = 0x90,
    Xor = 0xa0,

    /// <summary>Plain with offset 0, sign-extending from 8, 16 or 32 bits with that offset.</summary>
    Move = 0xb0,
    ArithmeticShiftRight = 0xc0,

    /// <summary>Byte swaps (RFC 9669, 4.2); the immediate is the width in bits.</summary>
    End = 0xd0,
}

/// <summary>The high four bits of a jump opcode (RFC 9669, 4.3).</summary>
public enum JumpOperation : byte
{
    /// <summary>Unconditional: by offset in class JMP, by immediate in class JMP32 (<c>gotol</c>).</summary>
    Always = 0x00,
    Equal = 0x10,
    Greater = 0x20,
    GreaterOrEqual = 0x30,
    BitsSet = 0x40,
    NotEqual = 0x50,
    SignedGreater = 0x60,
    SignedGreaterOrEqual = 0x70,
    Call = 0x80,
    Exit = 0x90,
    Less = 0xa0,
    LessOrEqual = 0xb0,
    SignedLess = 0xc0,
    SignedLessOrEqual = 0xd0,

    /// <summary><c>may_goto</c>: goes on until the function's budget of iterations is used up, then jumps (Linux 6.9, <c>BPF_JCOND</c>).</summary>
    MayGoto = 0xe0,
}

/// <summary>Bits 4..3 of a load or store opcode (RFC 9669, 5).</summary>
public enum MemorySize : byte
{
    Word = 0x00,
    HalfWord = 0x08,
    Byte = 0x10,
    DoubleWord = 0x18,
}

/// <summary>Bits 7..5 of a load or store opcode (RFC 9669, 5).</summary>
public enum MemoryMode : byte
{
    Immediate = 0x00,

    /// <summary>Legacy packet access (RFC 9669, 5.5).</summary>
    Absolute = 0x20,

    /// <summary>Legacy packet access (RFC 9669, 5.5).</summary>
    Indirect = 0x40,
    Memory = 0x60,
    SignExtendingMemory = 0x80,
    Atomic = 0xc0,
}

/// <summary>The immediate of an atomic instruction (RFC 9669, 5.3, and where said the kernel's own).</summary>
public enum AtomicOperation
{
    Add = 0x00,
    Or = 0x40,
    And = 0x50,
    Xor = 0xa0,

    // With the lowest bit set, the old value goes into the source register.
    AddFetch = 0x01,
    OrFetch = 0x41,
    AndFetch = 0x51,
    XorFetch = 0xa1,
    Exchange = 0xe1,

    /// <summary>Compares with r0, stores the source register where equal, and leaves the old value in r0.</summary>
    CompareExchange = 0xf1,

    /// <summary>A load that later accesses stay behind; the address is in the source register (Linux 6.15).</summary>
    LoadAcquire = 0x100,

    /// <summary>A store that earlier accesses stay in front of (Linux 6.15).</summary>
    StoreRelease = 0x110,
}

/// <summary>The source field of a 64-bit immediate load (RFC 9669, 5.4).</summary>
public enum WideImmediateKind : byte
{
    /// <summary>A plain 64-bit number.</summary>
    Number = 0,

    /// <summary>A map; the first immediate is its index in <see cref="Programs.Program.Maps"/>.</summary>
    Map = 1,

    /// <summary>An address inside a map's first value: the first immediate is the map's index, the second the offset in bytes.</summary>
    MapValue = 2,

    /// <summary>A platform variable, by id.</summary>
    Variable = 3,

    /// <summary>A program-local function; the first immediate counts slots from the load's second slot, as the kernel does.</summary>
    Function = 4,

    /// <summary>A map by its index in the program's own set, as loaders write it before they know the maps.</summary>
    MapByIndex = 5,

    /// <summary>An address inside the first value of a map given by index.</summary>
    MapValueByIndex = 6,
}

/// <summary>The source field of a call (RFC 9669, 4.3).</summary>
public enum CallKind : byte
{
    /// <summary>A helper, by its static number in the immediate.</summary>
    Helper = 0,

    /// <summary>A program-local function; the immediate is relative to the next instruction.</summary>
    Local = 1,

    /// <summary>A helper, by BTF id.</summary>
    HelperByBtf = 2,
}

public static class MemorySizes
{
    /// <summary>Bytes moved by a load or store of this size.</summary>
    public static int Bytes(this MemorySize size) => size switch
    {
        MemorySize.Byte => 1,
        MemorySize.HalfWord => 2,
        MemorySize.Word => 4,
        _ => 8,
    };
}
