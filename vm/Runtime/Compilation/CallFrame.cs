using System.Runtime.InteropServices;
using NearData.Vm.Interpretation;
using NearData.Vm.Maps;

namespace NearData.Vm.Compilation;

/// <summary>All that compiled code gets from its caller. Compiled code knows the fields by their offsets.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct CallFrame
{
    public const int MapsOffset = 0;
    public const int StackOffset = 8;
    public const int ColumnsOffset = 16;
    public const int TotalsOffset = 24;
    public const int SelectionOffset = 32;
    public const int FirstOffset = 40;
    public const int EndOffset = 48;
    public const int MemoryOffset = 56;
    public const int LengthOffset = 64;
    public const int RecordOffset = 72;
    public const int ReturnedOffset = 80;
    public const int TailCallsOffset = 88;
    public const int AccumulatorsOffset = 96;
    public const int MasksOffset = 104;
    public const int TurnsOffset = 112;
    public const int IndicesOffset = 120;

    /// <summary>One header for each map.</summary>
    [FieldOffset(MapsOffset)]
    public MapHeader* Maps;

    /// <summary>The end of the program's stack: r10.</summary>
    [FieldOffset(StackOffset)]
    public byte* Stack;

    /// <summary>For each field of the row the address of its values, then that of its validity bytes.</summary>
    [FieldOffset(ColumnsOffset)]
    public byte** Columns;

    /// <summary>One for each result field.</summary>
    [FieldOffset(TotalsOffset)]
    public Int128* Totals;

    /// <summary>The positions that a filter writes, or that reduce reads.</summary>
    [FieldOffset(SelectionOffset)]
    public int* Selection;

    /// <summary>The first record, or with a selection its first entry, to run over.</summary>
    [FieldOffset(FirstOffset)]
    public long First;

    /// <summary>The first one not to run over.</summary>
    [FieldOffset(EndOffset)]
    public long End;

    /// <summary>What a memory or packet program gets in r1.</summary>
    [FieldOffset(MemoryOffset)]
    public byte* Memory;

    /// <summary>What a memory program gets in r2.</summary>
    [FieldOffset(LengthOffset)]
    public long Length;

    /// <summary>The record that is being run over, for functions of a row program.</summary>
    [FieldOffset(RecordOffset)]
    public long Record;

    /// <summary>What the program returned that a tail call went on in.</summary>
    [FieldOffset(ReturnedOffset)]
    public long Returned;

    /// <summary>Tail calls so far.</summary>
    [FieldOffset(TailCallsOffset)]
    public int TailCalls;

    /// <summary>Where vector code leaves its accumulators.</summary>
    [FieldOffset(AccumulatorsOffset)]
    public byte* Accumulators;

    /// <summary>Where vector code of a filter leaves a bit for each record, from record 0.</summary>
    [FieldOffset(MasksOffset)]
    public ulong* Masks;

    /// <summary>Turns of loops and calls of functions that guarded code has left for this record.</summary>
    [FieldOffset(TurnsOffset)]
    public long Turns;

    /// <summary>The index of an array's element that a callback is called with, for each function that may be active.</summary>
    [FieldOffset(IndicesOffset)]
    public fixed uint Indices[CallStack.MostFrames];
}

/// <summary>Compiled code: a filter returns how many records it kept, a memory or packet program r0.</summary>
internal unsafe delegate long CompiledCall(CallFrame* frame);
