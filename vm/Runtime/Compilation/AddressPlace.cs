using System.Reflection.Emit;
using NearData.Isa;

namespace NearData.Vm.Compilation;

/// <summary>Memory, at an address that is worked out for each access.</summary>
internal sealed class AddressPlace : Place
{
    private readonly Action<MethodWriter> _pushAddress;

    public AddressPlace(Action<MethodWriter> pushAddress) => _pushAddress = pushAddress;

    public override void Load(MethodWriter writer, MemorySize size, NumberSign sign)
    {
        _pushAddress(writer);
        writer.LoadIndirect(size, sign);
    }

    public override void Store(MethodWriter writer, MemorySize size, LocalBuilder value)
    {
        _pushAddress(writer);
        writer.Do(OpCodes.Conv_I);
        writer.Load(value);
        writer.StoreIndirect(size);
    }
}
