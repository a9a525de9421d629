using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>A whole address in memory, that a program loads as if it had the size of its context's field.</summary>
internal sealed class PointerPlace : AddressPlace
{
    public PointerPlace(Action<MethodWriter> pushAddress)
        : base(pushAddress)
    {
    }

    public override void Load(MethodWriter writer, MemorySize size, NumberSign sign) => base.Load(writer, MemorySize.DoubleWord, sign);

    public override void Store(MethodWriter writer, MemorySize size, LocalBuilder value) =>
        throw new InvalidOperationException("An address in a context can't be stored.");
}
