using System.Runtime.InteropServices;

namespace NearData.Formats.Streams;

/// <summary>The functions of libzstd that streams are expanded with, all of its stable interface (zstd.h).</summary>
internal static class ZstdLibrary
{
    public const string Name = "libzstd.so.1";

    /// <summary>ZSTD_d_windowLogMax.</summary>
    public const int WindowLogMax = 100;

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint ZSTD_createDCtx();

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nuint ZSTD_freeDCtx(nint context);

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nuint ZSTD_DCtx_setParameter(ZstdContext context, int parameter, int value);

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nuint ZSTD_decompressStream(ZstdContext context, ref Buffer output, ref Buffer input);

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern uint ZSTD_isError(nuint result);

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint ZSTD_getErrorName(nuint result);

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer: where bytes are, how many, and how many of them are done.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer(nint address, int length)
    {
        public nint Address = address;
        public nuint Length = (nuint)length;
        public nuint Position;
    }
}

/// <summary>A ZSTD_DCtx.</summary>
internal sealed class ZstdContext : SafeHandle
{
    /// <exception cref="DecoderUnavailableException">libzstd can't be loaded.</exception>
    public ZstdContext(string file)
        : base(0, ownsHandle: true)
    {
        try
        {
            // Without memory it gives null, which the library's functions answer with an error.
            SetHandle(ZstdLibrary.ZSTD_createDCtx());
        }
        catch (Exception cause) when (cause is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new DecoderUnavailableException(file, ZstdLibrary.Name, cause);
        }
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        ZstdLibrary.ZSTD_freeDCtx(handle);
        return true;
    }
}
