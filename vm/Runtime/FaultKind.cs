namespace NearData.Vm;

/// <summary>What a program did that it may not.</summary>
public enum FaultKind
{
    /// <summary>An opcode, operation or field that the instruction set does not define.</summary>
    UndefinedInstruction,

    /// <summary>The next instruction lies outside the program.</summary>
    JumpOutOfRange,

    /// <summary>A write to the frame pointer.</summary>
    FramePointerChanged,

    /// <summary>An address that points into no memory of the program.</summary>
    WildAddress,

    /// <summary>An address that points beside memory of the program.</summary>
    OutOfBounds,

    /// <summary>A store to memory that the program may only read.</summary>
    ReadOnly,

    /// <summary>A load of a map's value that programs may only write.</summary>
    WriteOnly,

    /// <summary>A map's number that the program does not have.</summary>
    UnknownMap,

    /// <summary>A helper that does not exist.</summary>
    UnknownHelper,

    /// <summary>An argument that a helper does not take.</summary>
    HelperArgument,

    /// <summary>A lock or a ring buffer's record that the call took and kept.</summary>
    NotGivenBack,

    /// <summary>A load of a slice's own bytes, or a store over a slice that holds a record.</summary>
    Slice,

    /// <summary>More nested calls than there are stack frames.</summary>
    CallDepth,

    /// <summary>More instructions than one call may execute.</summary>
    StepLimit,
}
