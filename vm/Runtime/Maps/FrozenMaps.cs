namespace NearData.Vm.Maps;

/// <summary>Input maps as one execution sees them. Its workers share them; they are given back when this is disposed, after the last of them.</summary>
public sealed class FrozenMaps : IDisposable
{
    private readonly InputMaps _owner;
    private readonly InputMaps.SharedMap?[] _maps;
    private int _isDisposed;

    internal FrozenMaps(InputMaps owner, InputMaps.SharedMap?[] maps)
    {
        _owner = owner;
        _maps = maps;
    }

    /// <summary>A map, or null for one that isn't an input.</summary>
    internal BpfMap? this[int map] => _maps[map]?.Map;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _owner.Release(_maps);
        }
    }
}
