using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>
/// A sum field whose 64 bits may overflow within a batch. Each store adds what it changes to a 128-bit sum in two locals, and
/// the field itself wraps: the change is right whatever the field holds.
/// </summary>
internal sealed class SumPlace : VariablePlace
{
    private readonly LocalBuilder _change;
    private readonly LocalBuilder _low;
    private readonly LocalBuilder _high;
    private readonly NumberSign _sign;

    public SumPlace(MethodWriter writer, LocalBuilder variable, FollowedSum sum, NumberSign sign)
        : base(variable)
    {
        _change = writer.NewNumber();
        _low = sum.Low;
        _high = sum.High;
        _sign = sign;
    }

    public override void Store(MethodWriter writer, MemorySize size, LocalBuilder value)
    {
        writer.Load(value);
        writer.Load(Variable);
        writer.Do(OpCodes.Sub);
        writer.Store(_change);
        base.Store(writer, size, value);

        writer.Load(_low);
        writer.Load(_change);
        writer.Do(OpCodes.Add);
        writer.Store(_low);

        // high += carry + the change's upper half, which is all sign.
        writer.Load(_high);
        writer.Load(_low);
        writer.Load(_change);
        writer.Do(OpCodes.Clt_Un, OpCodes.Conv_U8);
        writer.Do(OpCodes.Add);
        if (_sign == NumberSign.Signed)
        {
            writer.Load(_change);
            writer.NarrowConstant(63);
            writer.Do(OpCodes.Shr, OpCodes.Add);
        }

        writer.Store(_high);
    }
}
