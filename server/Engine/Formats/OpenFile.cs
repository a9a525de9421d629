using Microsoft.Win32.SafeHandles;
using NearData.Engine.Datasets;
using NearData.Engine.Formats.Parquet;
using NearData.Engine.Formats.Text;
using NearData.Storage;

namespace NearData.Engine.Formats;

/// <summary>A file that is being read; its device owns the handle.</summary>
internal sealed class OpenFile : IDisposable
{
    private readonly DatasetFile _file;
    private readonly SafeFileHandle _handle;

    /// <exception cref="DatasetChangedException">It isn't the file any more that the dataset was described by.</exception>
    public OpenFile(Catalog catalog, Dataset dataset, DatasetFile file, IFileDevices devices)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        _file = file;
        _handle = catalog.OpenFile(dataset, file);
        Bytes = new FileBytes(file.Name, _handle, file.Stamp.Length);
        Device = devices.Open(file.Name, _handle);
        Kept = file.Stamp.IsSettled(now) ? file.Stamp : null;
        PageIndexes = new PageIndexes(this, catalog.PageIndexes);
    }

    public IDevice Device { get; }

    /// <summary>The same, to look at a few bytes before the reactors begin.</summary>
    public FileBytes Bytes { get; }

    /// <summary>Those of a Parquet file.</summary>
    public PageIndexes PageIndexes { get; }

    /// <summary>The version under which its bytes may be kept; null where it can't be told from the next one.</summary>
    public FileVersion? Kept { get; }

    /// <summary>Of a text file, where its records are; null until it is surveyed.</summary>
    public RecordSurvey? Ranges { get; set; }

    /// <summary>
    /// A file that was replaced under its name goes on giving its old bytes here. One that was overwritten in place may have
    /// given some of each.
    /// </summary>
    /// <exception cref="DatasetChangedException">It was overwritten.</exception>
    public void CheckUnchanged(Dataset dataset)
    {
        if (!_file.Stamp.StillHoldsFor(_handle))
        {
            throw new DatasetChangedException(dataset.Name, $"{_file.Name} was overwritten while it was read");
        }
    }

    public void Dispose() => Device.Dispose();
}
