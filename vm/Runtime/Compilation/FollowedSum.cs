using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>The 128-bit total of a sum field in two locals, low and high half.</summary>
internal sealed unsafe class FollowedSum
{
    private readonly int _result;

    public FollowedSum(MethodWriter writer, int result)
    {
        _result = result;
        Low = writer.NewNumber();
        High = writer.NewNumber();
    }

    public LocalBuilder Low { get; }

    public LocalBuilder High { get; }

    public void WriteEntry(MethodWriter writer)
    {
        PushAddress(writer, half: 0);
        writer.LoadIndirect(MemorySize.DoubleWord);
        writer.Store(Low);
        PushAddress(writer, half: 1);
        writer.LoadIndirect(MemorySize.DoubleWord);
        writer.Store(High);
    }

    public void WriteExit(MethodWriter writer)
    {
        PushAddress(writer, half: 0);
        writer.Load(Low);
        writer.StoreIndirect(MemorySize.DoubleWord);
        PushAddress(writer, half: 1);
        writer.Load(High);
        writer.StoreIndirect(MemorySize.DoubleWord);
    }

    // A 128-bit number's low half comes first in memory, as all numbers' low bytes do on this machine.
    private void PushAddress(MethodWriter writer, int half)
    {
        writer.PushFrameField(CallFrame.TotalsOffset);
        writer.AddConstant(((long)_result * sizeof(Int128)) + (half * sizeof(long)));
        writer.Do(OpCodes.Conv_I);
    }
}
