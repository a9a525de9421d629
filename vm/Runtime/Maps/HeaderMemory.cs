using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NearData.Vm.Maps;

/// <summary>A map's header, at an address that never changes. Owned by the map.</summary>
internal sealed unsafe class HeaderMemory : SafeHandleZeroOrMinusOneIsInvalid
{
    public HeaderMemory(BpfMap map)
        : base(ownsHandle: true)
    {
        MapHeader* header = (MapHeader*)NativeMemory.AllocZeroed((nuint)sizeof(MapHeader));

        // Weak, so that a map that its owner forgets is collected: whoever runs a program keeps its maps reachable meanwhile.
        header->Handle = GCHandle.ToIntPtr(GCHandle.Alloc(map, GCHandleType.Weak));
        SetHandle((nint)header);
    }

    /// <summary>Valid until this is disposed.</summary>
    public MapHeader* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, typeof(BpfMap));
            return (MapHeader*)handle;
        }
    }

    protected override bool ReleaseHandle()
    {
        GCHandle.FromIntPtr(((MapHeader*)handle)->Handle).Free();
        NativeMemory.Free((void*)handle);
        return true;
    }
}
