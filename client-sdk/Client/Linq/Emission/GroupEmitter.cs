using System.Collections.Immutable;
using NearData.Client.Linq.Ir;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Objects;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Emission;

/// <summary>
/// Writes the reduce program of a grouping query. On the stack, from its end: the key, the row's address, which the call of the helper
/// takes out of its register, and the group's.
/// </summary>
internal sealed class GroupEmitter
{
    /// <summary>Eight-byte places for the addresses of row and group.</summary>
    private const int Addresses = 2;

    private readonly GroupShape _shape;
    private readonly GroupColumns _columns;
    private readonly CodeEmitter _emitter;
    private readonly DataLayout _layout;
    private readonly ResultTable _results;

    private GroupEmitter(GroupShape shape, GroupColumns columns, ResultTable results, DataLayout layout)
    {
        _shape = shape;
        _columns = columns;
        _results = results;
        _layout = layout;
        _emitter = new CodeEmitter(layout, new LookupTable(layout, shape.Joins, reserved: (columns.KeyBytes / sizeof(long)) + Addresses));
    }

    private int KeyBytes => _columns.KeyBytes;

    private short RowPlace => (short)(-KeyBytes - sizeof(long));

    private short GroupPlace => (short)(-KeyBytes - (2 * sizeof(long)));

    public static ImmutableArray<Instruction> Reduce(GroupShape shape, GroupColumns columns, ResultTable results, DataLayout layout)
    {
        GroupEmitter emitter = new(shape, columns, results, layout);
        if (shape.Joins.IsNever)
        {
            emitter._emitter.Exit(0);
        }
        else
        {
            emitter.WriteRecord();
        }

        return emitter._emitter.Code.ToCode();
    }

    private void WriteRecord()
    {
        JoinEmitter joins = new(_emitter, _shape.Joins);
        if (_shape.IsLookedUp)
        {
            joins.EnterWithDoubt();
        }
        else
        {
            joins.Enter();
        }

        WriteKey();
        WriteCall();
        for (int total = 0; total < _shape.Totals.Count; total++)
        {
            WriteTotal(total);
        }

        joins.Finish(_results);
    }

    private void WriteKey()
    {
        for (int part = 0; part < _shape.Key.Count; part++)
        {
            KeyPart key = _shape.Key[part];
            if (key is TextKey text)
            {
                Copy(_columns.Values[part], text);
            }
            else if (key is NumberKey number)
            {
                Store(
                    _columns.Values[part],
                    key.Present is Constant { Value: true } ? number.Value : Condition.Choose(key.Present, number.Value, new Number(0)));
            }

            if (_columns.Validities[part] is { } validity)
            {
                Store(validity, Condition.Choose(key.Present, new Number(1), new Number(0)));
            }
        }
    }

    // A text that is too long for its place is counted: then the groups aren't what was asked for.
    private void Copy(int column, TextKey key)
    {
        CodeWriter code = _emitter.Code;
        new TextEmitter(code, _layout).Copy(key.Text, PlaceOf(column), key.Bytes, RowPlace);
        int jump = code.Position;
        Label fits = new();
        fits.AddJump(jump, ImmutableDictionary<Scalar, Register>.Empty);
        code.Add(Instruction.Jump64(JumpOperation.SignedGreaterOrEqual, Register.R0, 0, 0));
        code.Add(Instruction.LoadMapValue(Register.R2, ObjectBuilder.ResultsMap, 0));
        ProgramEmitter.Increment(code, (short)_results.LongTexts!.Offset, Register.R2, Register.R3);
        code.Place(fits);
        _emitter.ForgetRegisters();
    }

    private short PlaceOf(int column) => (short)(_columns.Layout.Key[column].Offset - KeyBytes);

    private void Store(int column, Scalar value)
    {
        Operand operand = _emitter.Evaluate(value);
        _emitter.Code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, PlaceOf(column), operand.Register));
        _emitter.Release(operand);
    }

    private void WriteCall()
    {
        CodeWriter code = _emitter.Code;
        code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, RowPlace, Register.R1));
        code.Add(Instruction.Alu64(AluOperation.Move, Register.R2, Register.R10));
        code.Add(Instruction.Alu64(AluOperation.Add, Register.R2, -KeyBytes));
        code.Add(Instruction.LoadMap(Register.R1, ObjectBuilder.GroupsMap));
        code.Add(Instruction.CallHelper(GroupHelpers.Group.Number));
        code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, GroupPlace, Register.R0));
        code.Add(Instruction.Load(MemorySize.DoubleWord, Register.R1, Register.R10, RowPlace));
        _emitter.ForgetRegisters();
    }

    private void WriteTotal(int index)
    {
        GroupTotal total = _shape.Totals[index];
        if (total.Present is Constant { Value: false })
        {
            return;
        }

        Label done = new();
        _emitter.JumpUnless(total.Present, done);
        Operand? value = total.Value is { } scalar ? _emitter.Evaluate(scalar) : null;
        Operand address = _emitter.Take();
        Operand current = _emitter.Take();
        _emitter.Code.Add(Instruction.Load(MemorySize.DoubleWord, address.Register, Register.R10, GroupPlace));
        ResultField field = _columns.Layout.Values[index];
        if (value is { } operand)
        {
            ProgramEmitter.Update(_emitter.Code, field, (short)field.Offset, address.Register, current.Register, operand.Register);
            _emitter.Release(operand);
        }
        else
        {
            ProgramEmitter.Increment(_emitter.Code, (short)field.Offset, address.Register, current.Register);
        }

        _emitter.Release(address);
        _emitter.Release(current);
        _emitter.Place(done);
    }
}
