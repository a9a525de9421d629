using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Isa.Programs;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>
/// Fields that are bound to columns of partitions: the same in all rows of a file, so that they are written once for a batch's whole capacity,
/// and stay there while the file's rows go by.
/// </summary>
internal sealed class PartitionFields(ImmutableArray<FieldBinding> bindings)
{
    public bool IsEmpty => bindings.IsEmpty;

    public void Fill(RecordBatch batch, DatasetFile file)
    {
        foreach (FieldBinding binding in bindings)
        {
            PartitionConstant constant = file.ConstantOf(binding.Column.Name);
            if (binding.RowField.IsNullable)
            {
                batch.Validity(binding.Field).Fill(constant.IsNull ? (byte)0 : (byte)1);
            }

            Fill(batch, binding, constant);
        }
    }

    // The types that a partition's column may be bound to without loss.
    private static void Fill(RecordBatch batch, FieldBinding binding, PartitionConstant constant)
    {
        switch (binding.RowField.Type)
        {
            case FieldType.Int32:
                batch.Values<int>(binding.Field).Fill((int)constant.Number);
                break;
            case FieldType.Int64:
                batch.Values<long>(binding.Field).Fill(constant.Number);
                break;
            case FieldType.Text:
                batch.Values<TextValue>(binding.Field).Fill(Locate(constant));
                break;
            default:
                throw new UnreachableException($"No partition's column is bound to {binding.RowField.Type}.");
        }
    }

    private static TextValue Locate(PartitionConstant constant) =>
        MemoryMarshal.TryGetArray(constant.Text, out ArraySegment<byte> bytes) && bytes.Count > 0
            ? new TextValue(bytes.Count, Marshal.UnsafeAddrOfPinnedArrayElement(bytes.Array!, 0))
            : default;
}
