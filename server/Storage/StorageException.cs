namespace NearData.Storage;

/// <summary>A device that could not do what it was asked. Not the caller's fault, nor the data's.</summary>
public sealed class StorageException : IOException
{
    public StorageException(string device, long offset, string message, bool isTransient, Exception? cause = null)
        : base($"{device}, at byte {offset}: {message}", cause)
    {
        Device = device;
        Offset = offset;
        IsTransient = isTransient;
    }

    /// <summary>The device's name.</summary>
    public string Device { get; }

    /// <summary>Bytes from the device's start.</summary>
    public long Offset { get; }

    /// <summary>Whether the same request may succeed when it is sent again.</summary>
    public bool IsTransient { get; }
}
