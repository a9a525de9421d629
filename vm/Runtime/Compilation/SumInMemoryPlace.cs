using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>
/// A sum field whose 64 bits may overflow within a batch, and which several functions update: as <see cref="SumPlace"/>, but field and
/// 128-bit total stay in memory.
/// </summary>
internal sealed class SumInMemoryPlace : AddressPlace
{
    private readonly FollowedSum _sum;
    private readonly SumPlace _update;
    private readonly LocalBuilder _field;

    /// <param name="writer">The method.</param>
    /// <param name="pushAddress">Pushes the field's address.</param>
    /// <param name="result">Which result it is.</param>
    /// <param name="sign">The field's.</param>
    public SumInMemoryPlace(MethodWriter writer, Action<MethodWriter> pushAddress, int result, NumberSign sign)
        : base(pushAddress)
    {
        _field = writer.NewNumber();
        _sum = new FollowedSum(writer, result);
        _update = new SumPlace(writer, _field, _sum, sign);
    }

    public override void Store(MethodWriter writer, MemorySize size, LocalBuilder value)
    {
        base.Load(writer, size, NumberSign.Unsigned);
        writer.Store(_field);
        _sum.WriteEntry(writer);
        _update.Store(writer, size, value);
        _sum.WriteExit(writer);
        base.Store(writer, size, _field);
    }
}
