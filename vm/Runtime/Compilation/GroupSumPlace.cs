using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>
/// A sum of a group whose 64 bits may overflow: a store that wraps them adds to or takes from the count of overflows behind the
/// value (<see cref="Maps.GroupTotals"/>). That is rare, so that the branch costs next to nothing.
/// </summary>
internal sealed class GroupSumPlace : AddressPlace
{
    private readonly LocalBuilder _address;
    private readonly LocalBuilder _field;
    private readonly LocalBuilder _change;
    private readonly Action<MethodWriter> _pushAddress;
    private readonly int _countDistance;
    private readonly NumberSign _sign;

    /// <param name="writer">The method.</param>
    /// <param name="pushAddress">Pushes the sum's address.</param>
    /// <param name="countDistance">Bytes from there to the count of its overflows.</param>
    /// <param name="sign">The sum's.</param>
    public GroupSumPlace(MethodWriter writer, Action<MethodWriter> pushAddress, int countDistance, NumberSign sign)
        : base(pushAddress)
    {
        _address = writer.NewNumber();
        _field = writer.NewNumber();
        _change = writer.NewNumber();
        _pushAddress = pushAddress;
        _countDistance = countDistance;
        _sign = sign;
    }

    public override void Store(MethodWriter writer, MemorySize size, LocalBuilder value)
    {
        Label fits = writer.NewLabel();
        _pushAddress(writer);
        writer.Store(_address);
        writer.Load(_address);
        writer.LoadIndirect(size);
        writer.Store(_field);
        writer.Load(value);
        writer.Load(_field);
        writer.Do(OpCodes.Sub);
        writer.Store(_change);
        writer.Load(_address);
        writer.Do(OpCodes.Conv_I);
        writer.Load(value);
        writer.StoreIndirect(size);
        if (_sign == NumberSign.Signed)
        {
            // Both addends have a sign that the sum doesn't have.
            writer.Load(_field);
            writer.Load(value);
            writer.Do(OpCodes.Xor);
            writer.Load(_change);
            writer.Load(value);
            writer.Do(OpCodes.Xor, OpCodes.And);
            writer.Constant(0);
            writer.Branch(OpCodes.Bge, fits);
            PushCount(writer);
            writer.LoadIndirect(MemorySize.DoubleWord);
            writer.Load(_change);
            writer.NarrowConstant(63);
            writer.Do(OpCodes.Shr);
            writer.Constant(1);
            writer.Do(OpCodes.Or, OpCodes.Add);
        }
        else
        {
            writer.Load(value);
            writer.Load(_change);
            writer.Branch(OpCodes.Bge_Un, fits);
            PushCount(writer);
            writer.LoadIndirect(MemorySize.DoubleWord);
            writer.AddConstant(1);
        }

        writer.Store(_field);
        PushCount(writer);
        writer.Do(OpCodes.Conv_I);
        writer.Load(_field);
        writer.StoreIndirect(MemorySize.DoubleWord);
        writer.Mark(fits);
    }

    private void PushCount(MethodWriter writer)
    {
        writer.Load(_address);
        writer.AddConstant(_countDistance);
    }
}
