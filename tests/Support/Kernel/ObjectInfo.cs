using Microsoft.Win32.SafeHandles;

namespace NearData.TestSupport.Kernel;

/// <summary><c>BPF_OBJ_GET_INFO_BY_FD</c>.</summary>
internal static class ObjectInfo
{
    /// <summary>The first bytes of the object's <c>bpf_*_info</c>.</summary>
    public static byte[] Read(SafeFileHandle handle, int length) => Fill(handle, new byte[length]);

    /// <summary>The same, for a struct whose pointers the caller has set.</summary>
    public static byte[] Fill(SafeFileHandle handle, byte[] info)
    {
        using BpfArguments arguments = new();
        arguments.Set(0, handle);
        arguments.Set(4, (uint)info.Length);
        arguments.Set(8, info);
        BpfSystemCall.Invoke(BpfCommand.ObjectInfo, arguments);
        return info;
    }
}
