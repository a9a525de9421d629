using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Storage;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Formats.Text;

/// <summary>A block of a text file that is counted. It has no rows.</summary>
/// <param name="content">Gets the survey when it is complete, if it is of a version that can be told from others.</param>
/// <param name="survey">Counts it.</param>
/// <param name="block">Which one.</param>
internal sealed class SurveyPart(TextContent content, RecordSurvey survey, int block) : FilePart
{
    public override long? RowCount => 0;

    private ByteRange Range => survey.Block(block);

    internal override FieldRange? RangeOf(FieldBinding binding) => null;

    internal override PartLoad Load(ScanTask task, IReadOnlyList<FieldBinding> bindings, OpenFile file) =>
        new BlockLoad(this, task, file, file.Kept is not null);

    private void Count(ReadOnlySpan<byte> text, bool isKept)
    {
        if (survey.Count(block, text) && isKept)
        {
            content.Keep(survey);
        }
    }

    private sealed class BlockLoad(SurveyPart part, ScanTask task, OpenFile file, bool isKept) : RangesLoad(task, [part.Range], file)
    {
        // Ranges of records are kept, which come soon and lie elsewhere.
        protected override FileVersion? Kept => null;

        public override PartScan Open() => new BlockScan(this);

        public void Count() => part.Count(BytesOf(0).Span, isKept);
    }

    private sealed class BlockScan(BlockLoad load) : PartScan(load)
    {
        private bool _isEnded;

        public override bool IsEnded => _isEnded;

        public override int Advance(int most)
        {
            load.Count();
            _isEnded = true;
            return 0;
        }

        public override void Decode(ReadOnlySpan<int> fields, RecordBatch batch) => throw new InvalidOperationException("A block that is counted has no rows.");
    }
}
