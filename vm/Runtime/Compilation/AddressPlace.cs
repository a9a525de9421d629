using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>Memory, at an address that is worked out for each access.</summary>
internal class AddressPlace : Place
{
    private readonly Action<MethodWriter> _pushAddress;

    public AddressPlace(Action<MethodWriter> pushAddress) => _pushAddress = pushAddress;

    /// <summary>Pushes the address of the first byte.</summary>
    public void PushAddress(MethodWriter writer)
    {
        _pushAddress(writer);
        writer.Do(OpCodes.Conv_I);
    }

    public override void Load(MethodWriter writer, MemorySize size, NumberSign sign)
    {
        _pushAddress(writer);
        writer.LoadIndirect(size, sign);
    }

    public override void Store(MethodWriter writer, MemorySize size, LocalBuilder value)
    {
        PushAddress(writer);
        writer.Load(value);
        writer.StoreIndirect(size);
    }
}
