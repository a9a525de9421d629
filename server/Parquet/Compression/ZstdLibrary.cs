using System.Runtime.InteropServices;

namespace NearData.Parquet.Compression;

/// <summary>The functions of libzstd that are used, all of its stable interface (zstd.h).</summary>
internal static class ZstdLibrary
{
    public const string Name = "libzstd.so.1";

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint ZSTD_createDCtx();

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nuint ZSTD_freeDCtx(nint context);

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nuint ZSTD_decompressDCtx(
        ZstdContext context, ref byte target, nuint targetLength, in byte source, nuint sourceLength);

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint ZSTD_createCCtx();

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nuint ZSTD_freeCCtx(nint context);

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nuint ZSTD_compressCCtx(
        ZstdContext context, ref byte target, nuint targetLength, in byte source, nuint sourceLength, int level);

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern uint ZSTD_isError(nuint result);
}
