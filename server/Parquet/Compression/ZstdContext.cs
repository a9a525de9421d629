using System.Runtime.InteropServices;

namespace NearData.Parquet.Compression;

/// <summary>A ZSTD_DCtx or ZSTD_CCtx.</summary>
internal sealed class ZstdContext : SafeHandle
{
    private readonly Func<nint, nuint> _free;

    private ZstdContext(nint context, Func<nint, nuint> free)
        : base(0, ownsHandle: true)
    {
        _free = free;
        SetHandle(context);
    }

    public override bool IsInvalid => handle == 0;

    /// <exception cref="CodecUnavailableException">libzstd can't be loaded.</exception>
    public static ZstdContext ForDecompression(string file) =>
        new(Create(ZstdLibrary.ZSTD_createDCtx, file), ZstdLibrary.ZSTD_freeDCtx);

    /// <exception cref="CodecUnavailableException">libzstd can't be loaded.</exception>
    public static ZstdContext ForCompression(string file) =>
        new(Create(ZstdLibrary.ZSTD_createCCtx, file), ZstdLibrary.ZSTD_freeCCtx);

    protected override bool ReleaseHandle()
    {
        _free(handle);
        return true;
    }

    /// <exception cref="CodecUnavailableException">libzstd can't be loaded.</exception>
    internal static nint Create(Func<nint> create, string file)
    {
        try
        {
            // Without memory it gives null, which the library's functions answer with an error.
            return create();
        }
        catch (Exception cause) when (cause is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new CodecUnavailableException(file, Codec.Zstd, ZstdLibrary.Name, cause);
        }
    }
}
