using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>Bytes that are always accessed as one number, and so live in a local while records are run over.</summary>
internal class VariablePlace : Place
{
    public VariablePlace(LocalBuilder variable) => Variable = variable;

    /// <summary>The number, zero-extended.</summary>
    protected LocalBuilder Variable { get; }

    public sealed override void Load(MethodWriter writer, MemorySize size, NumberSign sign)
    {
        writer.Load(Variable);
        if (sign == NumberSign.Signed)
        {
            writer.Extend(size, sign);
        }
    }

    public override void Store(MethodWriter writer, MemorySize size, LocalBuilder value)
    {
        writer.Load(value);
        writer.Extend(size, NumberSign.Unsigned);
        writer.Store(Variable);
    }
}
