namespace NearData.Storage;

/// <summary>Which way the bytes of a file take.</summary>
public enum FileReading
{
    /// <summary>Through the kernel's page cache: what was read lately costs a copy.</summary>
    PageCache,

    /// <summary>From the device straight into the node's buffers (O_DIRECT), where the file system can: nothing is kept, nothing is copied.</summary>
    Direct,
}
