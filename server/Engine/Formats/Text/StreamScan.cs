using NearData.Formats.Streams;

namespace NearData.Engine.Formats.Text;

/// <summary>The records of a compressed file, while its pieces come.</summary>
internal sealed class StreamScan(StreamLoad load, BoundFields fields, RecordStream stream) : TextScan(load, fields)
{
    private bool _hasPiece;
    private bool _isEnded;

    public override bool IsReady => _hasPiece || load.HasPiece || load.IsAtEnd;

    public override bool IsEnded => _isEnded;

    public override void Dispose()
    {
        stream.Dispose();
        base.Dispose();
    }

    // One window of text at most: what expands without end can be cancelled meanwhile.
    protected override int Next(int most)
    {
        if (!_hasPiece && load.HasPiece)
        {
            stream.Feed(load.Piece());
            _hasPiece = true;
        }

        if (_hasPiece)
        {
            int records = stream.Next(most);
            if (stream.NeedsPiece)
            {
                _hasPiece = false;
                load.GiveBack();
            }

            return records;
        }

        if (!load.IsAtEnd)
        {
            return 0;
        }

        int last = stream.NextOfRest(most);
        _isEnded = last == 0;
        return last;
    }
}
